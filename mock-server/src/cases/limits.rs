//! What the texts of a case file must not be. Each function says what is wrong, if anything is.

use super::{PLANS, PROBES, WORKSPACES, is_path};
use crate::openapi::nearest_unless_served;
use crate::store::ClusterProfile;

/// Longest id, in bytes: it names a folder, and parts of names.
const LONGEST_ID: usize = 100;

/// Longest token, in bytes: it has to fit a header.
const LONGEST_TOKEN: usize = 4096;

/// Longest part of a text that is repeated, in characters.
const SHOWN: usize = 60;

/// A text without what would make a line of it unreadable.
pub(super) fn shown(text: &str) -> String {
    let start: String = text.chars().take(SHOWN).collect();
    let more = if start.len() < text.len() { "..." } else { "" };
    format!("`{}{more}`", start.escape_debug())
}

/// The id of a case.
pub(super) fn id(id: &str) -> Option<String> {
    let is_plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    if id.is_empty() || !id.bytes().all(is_plain) {
        return Some(format!(
            "id {} must consist of lower-case letters, digits and hyphens",
            shown(id)
        ));
    }
    too_long("id", id, LONGEST_ID)
}

/// The id of a file, in which axes may be named.
pub(super) fn id_with_axes(text: &str) -> Option<String> {
    // What an axis puts in its place is looked at when the cases have been made.
    let mut parts = text.split('{');
    let start = parts.next().unwrap_or_default().to_owned();
    let behind = parts.map(|part| part.split_once('}').map_or("{", |(_, behind)| behind));
    let plain = behind.fold(start, |plain, part| plain + part);
    if plain.is_empty() && !text.is_empty() {
        return None;
    }
    id(&plain)
}

fn too_long(what: &str, text: &str, most: usize) -> Option<String> {
    (text.len() > most)
        .then(|| format!("{what} has {} characters; give at most {most}", text.len()))
}

pub(super) fn token(token: &str) -> Option<String> {
    if token.is_empty() {
        return Some(
            "auth_token is empty; leave the key out where no token is demanded".to_owned(),
        );
    }
    if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Some("auth_token must be visible ASCII characters without blank space".to_owned());
    }
    too_long("auth_token", token, LONGEST_TOKEN)
}

pub(super) fn cluster(cluster: &str) -> Option<String> {
    let error = cluster.parse::<ClusterProfile>().err()?;
    Some(format!("cluster {}: {error}", shown(cluster)))
}

pub(super) fn workspace(name: &str) -> Option<String> {
    unknown("workspace", name, WORKSPACES)
}

pub(super) fn plan(name: &str) -> Option<String> {
    unknown("plan", name, PLANS)
}

pub(super) fn prompt(path: &str) -> Option<String> {
    (!is_path(path)).then(|| format!("prompt is {}; give the path of a template", shown(path)))
}

/// What is wrong with the name of something built in, or with the path of something of the user's.
fn unknown(what: &str, name: &str, known: &[&str]) -> Option<String> {
    let list = || known.join(", ");
    (!known.contains(&name) && !is_path(name)).then(|| {
        format!(
            "there is no {what} {}; there are: {}; or give a path of your own, such as `./{}`",
            shown(name),
            list(),
            shown(name).trim_matches('`')
        )
    })
}

pub(super) fn probe(path: &str) -> Option<String> {
    let likeness = |probe: &str| strsim::jaro_winkler(probe, path);
    let nearest = PROBES
        .iter()
        .max_by(|a, b| likeness(a).total_cmp(&likeness(b)))?;
    (!PROBES.contains(&path)).then(|| {
        format!(
            "{} is no probe; did you mean `{nearest}`? The probes are {}",
            shown(path),
            PROBES.join(", ")
        )
    })
}

/// The path of a fault, or a pattern of paths.
pub(crate) fn served(pattern: &str) -> Option<String> {
    let nearest = nearest_unless_served(pattern)?;
    let what = shown(pattern);
    Some(format!(
        "no endpoint serves {what}, so that the fault would never strike; did you mean `{nearest}`?"
    ))
}

/// A path of the server.
pub(super) fn path(path: &str) -> Option<String> {
    let fits = path.starts_with('/') && path.bytes().all(|byte| byte.is_ascii_graphic());
    (!fits).then(|| format!("{} is no path of the server; it starts with /", shown(path)))
}

/// A file of the workspace.
pub(super) fn inside(path: &str) -> Option<String> {
    let leaves = path.starts_with('/') || path.split('/').any(|part| part == "..");
    let fits = !path.is_empty() && !leaves && !path.chars().any(char::is_control);
    (!fits).then(|| {
        format!(
            "{} is no file of the workspace; give a path inside it, without `..`",
            shown(path)
        )
    })
}

pub(super) fn task(id: &str) -> Option<String> {
    let is_number = |part: &str| {
        !part.is_empty() && part.len() <= 9 && part.bytes().all(|b| b.is_ascii_digit())
    };
    let parts = id.strip_prefix('P').and_then(|rest| rest.split_once("-T"));
    let fits = parts.is_some_and(|(phase, task)| is_number(phase) && is_number(task));
    (!fits).then(|| format!("{} is no id of a task; ids look like P2-T3", shown(id)))
}

pub(super) fn file_name(name: &str) -> Option<String> {
    let fits =
        !matches!(name, "" | "." | "..") && !name.chars().any(|c| c == '/' || c.is_control());
    (!fits).then(|| format!("{} is no name of a file", shown(name)))
}
