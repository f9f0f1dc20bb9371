//! Whether two machines have the same agent.

use std::ffi::OsStr;
use std::path::Path;

use super::AgentSpec;
use crate::evidence::short_digest;
use crate::secrets::Secrets;

impl AgentSpec {
    /// The digest of how it is started and spoken with. It does not depend on where this program lies and where it
    /// was started, as machines have their checkouts in different places, nor on keys, which are renewed.
    pub fn identity(&self) -> String {
        let here = std::env::current_dir().ok();
        let own = std::env::current_exe().ok();
        let argv: Vec<String> = self
            .argv()
            .iter()
            .map(|arg| placeless(arg, here.as_deref(), own.as_deref()))
            .collect();
        let outfit = self.outfit();
        let logins: Vec<_> = outfit.logins.iter().map(|login| &login.to).collect();
        let text = format!(
            "{argv:?} {:?} {:?} {:?} {:?} {:?} {logins:?} {:?} {:?}",
            self.adapter(),
            self.final_text(),
            self.usage(),
            outfit.environment,
            outfit.files,
            outfit.keep,
            self.recording()
        );
        short_digest(&Secrets::of_this_process().covered(&text))
    }
}

/// An argument without the folder that all lies in.
fn placeless(arg: &OsStr, here: Option<&Path>, own: Option<&Path>) -> String {
    let path = Path::new(arg);
    if own.is_some_and(|own| own == path) {
        return env!("CARGO_PKG_NAME").to_owned();
    }
    let within = here.and_then(|here| path.strip_prefix(here).ok());
    within.unwrap_or(path).to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::*;

    #[test]
    fn places_tell_no_agents_apart_and_arguments_do() {
        let here = std::env::current_dir().unwrap();
        let spec =
            |args: &[&str]| AgentSpec::exec(args.iter().map(OsString::from).collect()).unwrap();
        let file = here.join("src/lib.rs");
        let absolute = file.to_str().unwrap();
        assert_eq!(
            spec(&["bash", "src/lib.rs"]).identity(),
            spec(&["bash", absolute]).identity()
        );
        assert_ne!(
            spec(&["bash", "src/lib.rs"]).identity(),
            spec(&["bash", "src/main.rs"]).identity()
        );
        let reference = AgentSpec::reference(&std::env::current_exe().unwrap());
        assert_ne!(
            reference.identity(),
            reference.clone().with_arg("--break").identity()
        );
    }
}
