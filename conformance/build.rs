//! Rebuilds the crate when a fixture that it embeds is added, changed or removed: the embedding
//! macro itself sees changes of known files only.

fn main() {
    for folder in ["cases", "workspaces"] {
        // Cargo reads its instructions from a build script's standard output.
        #[expect(clippy::print_stdout, reason = "this is how a build script talks to cargo")]
        {
            println!("cargo::rerun-if-changed=../fixtures/{folder}");
        }
    }
}
