//! The wall `capabilities`: the agent has none, and can gain none.

use caps::{CapSet, CapsHashSet};
use nix::sys::prctl;

/// Drops all capabilities and the means to gain some. Tells what remains in form.
pub(super) fn drop_all() -> Result<Option<String>, String> {
    prctl::set_no_new_privs().map_err(|error| format!("no_new_privs was refused: {error}"))?;
    let none = CapsHashSet::new();
    // Before the others, because it takes one of them.
    let bounding = caps::clear(None, CapSet::Bounding);
    let _ = caps::clear(None, CapSet::Ambient);
    for set in [CapSet::Effective, CapSet::Permitted, CapSet::Inheritable] {
        caps::set(None, set, &none).map_err(|error| format!("{set:?}: {error}"))?;
    }
    for set in [CapSet::Effective, CapSet::Permitted, CapSet::Inheritable] {
        let left = caps::read(None, set).map_err(|error| error.to_string())?;
        if !left.is_empty() {
            return Err(format!("{} capabilities are still {set:?}", left.len()));
        }
    }
    Ok(bounding.is_err().then(|| {
        "the bounding set is as it was, because emptying it takes a capability; no_new_privs keeps \
         the agent from gaining any of it"
            .to_owned()
    }))
}
