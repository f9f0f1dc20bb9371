//! What the prompts fix word by word.

/// What an aborted planning iteration leaves in `tasks_path`.
pub const SENTINEL: &str = "ABORT_EARLY_DOCS_CHECK_FAILED";

/// The sentence that an aborting agent puts into its summary.
pub const ABORT_SUMMARY: &str = "Server docs/API preflight failed; planning aborted.";

/// The sentence that a later iteration puts into its summary when a guard probe failed.
pub const ITERATION_ABORT_SUMMARY: &str = "Preflight failed; aborting run loop.";

/// Files that declare what a Python project depends on: those that the prompt names, and their like.
pub const DEPENDENCY_FILES: [&str; 9] = [
    "pyproject.toml",
    "requirements.txt",
    "environment.yml",
    "environment.yaml",
    "setup.py",
    "setup.cfg",
    "uv.lock",
    "poetry.lock",
    "Pipfile",
];
