//! Endpoints of the server that a text names.

use super::paths;

/// Words that may stand between a method and its path: `curl -X POST -H ... http://h/runs`.
const REACH: usize = 8;

/// A path of the server with the method that it is named with, if any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// `GET`, `POST` and so on.
    pub method: Option<&'static str>,
    /// The path without query and final slash.
    pub path: String,
}

impl Endpoint {
    /// Whether this may be meant: the path fits, and no other method is named.
    pub fn may_be(&self, method: &str, path: &str) -> bool {
        self.path == path && self.method.is_none_or(|own| own == method)
    }
}

/// The endpoints in `text`, in order.
///
/// ```
/// use wild_conformance::facts::endpoints;
///
/// let found = endpoints("`curl -X POST $WILD_SERVER_URL/runs`, then GET /cluster");
/// assert_eq!((found[0].method, found[0].path.as_str()), (Some("POST"), "/runs"));
/// assert!(found[1].may_be("GET", "/cluster"));
/// ```
pub fn endpoints(text: &str) -> Vec<Endpoint> {
    let mut found = Vec::new();
    let mut method: Option<(&'static str, usize)> = None;
    let is_separator = |c: char| c.is_whitespace() || ",;`\"'()[]*|=".contains(c);
    let words = text.split(is_separator).filter(|word| !word.is_empty());
    for (index, word) in words.enumerate() {
        // Most words are neither, which is told at once.
        let may_be_method = word.starts_with(['G', 'P', 'D', '-', 'p']) && word.len() <= 9;
        if !may_be_method && !word.contains('/') {
            continue;
        }
        if let Some(named) = method_of(word) {
            method = Some((named, index));
            continue;
        }
        if let Some(path) = path_of(word) {
            let near = method.take_if(|(_, at)| index - *at <= REACH);
            found.push(Endpoint {
                method: near.map(|(named, _)| named),
                path,
            });
            method = None;
        }
    }
    found
}

fn method_of(word: &str) -> Option<&'static str> {
    let word = word
        .strip_prefix("-X")
        .unwrap_or(word)
        .trim_end_matches([':', '.']);
    paths::METHODS
        .into_iter()
        .find(|method| method.eq_ignore_ascii_case(word) && !word.starts_with(char::is_lowercase))
        .or_else(|| (word == "post").then_some("POST"))
}

/// The path of a word that names an endpoint: `/runs`, `http://h:1/runs?x=1`, `{server_url}/runs`.
fn path_of(word: &str) -> Option<String> {
    let local = match word.split_once("://") {
        Some((_, rest)) => &rest[rest.find('/')?..],
        None if word.starts_with(['$', '{', '<']) => &word[word.find('/')?..],
        None => word,
    };
    let path = local.split(['?', '#']).next().unwrap_or_default();
    let path = path.trim_end_matches(['.', ':', '!', '/']);
    paths::is_endpoint(path).then(|| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<String> {
        endpoints(text)
            .into_iter()
            .map(|e| format!("{} {}", e.method.unwrap_or("-"), e.path))
            .collect()
    }

    #[test]
    fn methods_belong_to_the_next_path() {
        assert_eq!(
            of(
                "`POST /sweeps/wild`, `/runs`; Post /runs?limit=3. curl -XPOST http://h:1/cluster/detect"
            ),
            [
                "POST /sweeps/wild",
                "- /runs",
                "POST /runs",
                "POST /cluster/detect"
            ]
        );
        assert_eq!(
            of("GET one two three four five six seven eight nine /runs"),
            ["- /runs"]
        );
    }

    #[test]
    fn files_are_no_endpoints() {
        assert_eq!(of("exp/runs, /runsheet, ./runs and outputs/runs/"), [""; 0]);
    }
}
