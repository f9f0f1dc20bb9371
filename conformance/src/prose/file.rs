//! Files and folders: by what they are known in a text, and what they hold.

/// Names of folders by which `exp/ctr` is a path and `continue/replan` is none.
const FOLDERS: [&str; 24] = [
    "exp",
    "logs",
    "log",
    "scripts",
    "outputs",
    "output",
    "results",
    "analysis",
    "metadata",
    "data",
    "src",
    "configs",
    "config",
    "tests",
    "tools",
    "bin",
    "notes",
    "plots",
    "figures",
    "tables",
    "reports",
    "manifests",
    "models",
    "runs",
];

/// Files that are named without an extension.
const BARE_FILES: [&str; 12] = [
    "makefile",
    "dockerfile",
    "readme",
    "license",
    "changelog",
    "justfile",
    "version",
    "authors",
    "notice",
    "contributing",
    "codeowners",
    "jenkinsfile",
];

/// Whether a piece is a file, a folder or a pattern of them.
pub(super) fn is_path(text: &str, is_code: bool) -> bool {
    if text.starts_with('-') || text.contains("//") || text.len() < 2 {
        return false;
    }
    let begins_path = |start: &&str| text.starts_with(*start);
    if ["/", "~/", "./", "../", "$(", "**/"]
        .iter()
        .any(begins_path)
    {
        return true;
    }
    if text.bytes().all(|b| b.is_ascii_alphabetic()) {
        let is_bare = BARE_FILES
            .iter()
            .any(|name| text.eq_ignore_ascii_case(name));
        let is_meant = is_code || text.starts_with(char::is_uppercase);
        return is_bare && is_meant && !text.eq_ignore_ascii_case("version");
    }
    if let Some((first, rest)) = text.split_once('/') {
        let is_plain = |part: &str| !part.is_empty() && part.chars().all(char::is_alphabetic);
        let parts_are_words = is_plain(first) && rest.split('/').all(is_plain);
        if text
            .chars()
            .all(|c| c.is_ascii_digit() || "/.%xX-".contains(c))
            || first.is_empty()
        {
            return false;
        }
        if parts_are_words && !is_code {
            return FOLDERS.contains(&first.to_lowercase().as_str());
        }
        return is_code
            || rest.is_empty()
            || has_extension(text)
            || text.starts_with(['.', '$', '<', '{'])
            || FOLDERS.contains(&first.to_lowercase().as_str())
            || text.contains(['_', '*'])
            || first.contains(['.', '-'])
            || rest.contains(['.', '-', '/']);
    }
    has_extension(text)
        || (text.starts_with('.') && text.len() > 2 && text[1..].starts_with(char::is_alphabetic))
}

fn has_extension(text: &str) -> bool {
    let text = text.trim_end_matches('/');
    let Some((stem, extension)) = text.rsplit_once('.') else {
        return false;
    };
    let fits = (1..=8).contains(&extension.len())
        && extension.chars().all(|c| c.is_ascii_alphanumeric())
        && extension.starts_with(|c: char| c.is_ascii_alphabetic());
    let is_version = stem.chars().all(|c| c.is_ascii_digit() || c == '.') && extension.len() < 3;
    let stem_fits = !stem.is_empty() && !stem.ends_with(char::is_whitespace) && !is_version;
    let is_extended = extension.starts_with('{') && extension.ends_with('}');
    (fits && stem_fits && is_file_extension(extension)) || (is_extended && stem_fits)
}

/// Extensions of files that hold data.
const DATA: [&str; 22] = [
    "csv", "db", "err", "h5", "html", "json", "jsonl", "log", "md", "ndjson", "npy", "npz", "out",
    "parquet", "pdf", "pkl", "png", "svg", "tsv", "txt", "yaml", "yml",
];

/// Extensions of files that hold code.
const SOURCES: [&str; 35] = [
    "c", "cc", "cpp", "cs", "css", "cu", "ex", "f90", "go", "h", "hpp", "hs", "ipynb", "java",
    "jl", "js", "kt", "lua", "mjs", "ml", "nim", "pl", "py", "r", "rb", "rs", "sbatch", "scala",
    "sh", "slurm", "sql", "swift", "ts", "vue", "zig",
];

/// Extensions of other files, by which a word with a point in it is no name of a module or method.
const OTHERS: [&str; 80] = [
    "arrow",
    "avro",
    "bam",
    "bed",
    "bib",
    "bin",
    "bmp",
    "bz2",
    "cfg",
    "cjs",
    "ckpt",
    "cmake",
    "conf",
    "dat",
    "diff",
    "docx",
    "eps",
    "exs",
    "fasta",
    "fastq",
    "feather",
    "fits",
    "flac",
    "geojson",
    "gguf",
    "gif",
    "gpkg",
    "gradle",
    "gz",
    "hdf5",
    "ini",
    "joblib",
    "jpeg",
    "jpg",
    "kts",
    "lark",
    "lock",
    "mat",
    "mk",
    "mli",
    "mod",
    "mp3",
    "mp4",
    "nc",
    "onnx",
    "orc",
    "patch",
    "pgm",
    "php",
    "pickle",
    "plot",
    "proto",
    "pt",
    "pth",
    "rdata",
    "rds",
    "rst",
    "safetensors",
    "so",
    "sqlite",
    "sum",
    "sv",
    "tar",
    "tcl",
    "tex",
    "tgz",
    "tif",
    "tiff",
    "toml",
    "trace",
    "tsx",
    "vcf",
    "wav",
    "webp",
    "xlsx",
    "xml",
    "xz",
    "zarr",
    "zip",
    "zst",
];

/// Whether a path names a file that holds data.
pub(super) fn holds_data(path: &str) -> bool {
    extension(path).is_some_and(|extension| DATA.iter().any(|data| extension.starts_with(data)))
}

/// Whether a path names a file that holds code.
pub(super) fn holds_code(path: &str) -> bool {
    extension(path).is_some_and(|extension| SOURCES.contains(&extension))
}

fn extension(path: &str) -> Option<&str> {
    let name = path.rsplit('/').next()?;
    Some(name.rsplit_once('.')?.1)
}

fn is_file_extension(extension: &str) -> bool {
    let lower = extension.to_ascii_lowercase();
    [&DATA[..], &SOURCES, &OTHERS]
        .iter()
        .any(|known| known.contains(&lower.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_their_names() {
        for text in [".wild", ".env", "3.csv", "2024.parquet", "a.md", "run/"] {
            assert!(is_path(text, true), "{text}");
        }
        for text in [".5", "3.11", "2.0b", "v1.2", "..", ".x", "-x.csv"] {
            assert!(!is_path(text, false), "{text}");
        }
    }
}
