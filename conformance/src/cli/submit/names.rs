//! Names as Kubernetes takes them: labels and subdomains of RFC 1123, and those of resources.

/// Most characters of a label, and of the name of a resource.
const LONGEST_LABEL: usize = 63;

/// Most characters of a subdomain.
const LONGEST_SUBDOMAIN: usize = 253;

/// Most characters of a job's name, behind which `-merge`, `-evidence` and the number of a pod are put.
const LONGEST_JOB: usize = 50;

const LABEL: &str = "small letters, digits and dashes, with a letter or a digit at both ends";

fn is_label(text: &str) -> bool {
    let is_end = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    text.chars().all(|c| is_end(c) || c == '-')
        && text.starts_with(is_end)
        && text.ends_with(is_end)
        && text.len() <= LONGEST_LABEL
}

fn is_subdomain(text: &str) -> bool {
    text.len() <= LONGEST_SUBDOMAIN && text.split('.').all(is_label)
}

/// The name of a job.
pub(super) fn job(text: &str) -> Result<String, String> {
    taken(text, is_label(text) && text.len() <= LONGEST_JOB, || {
        format!("it takes {LABEL}, {LONGEST_JOB} characters at most")
    })
}

/// The name of a namespace.
pub(super) fn label(text: &str) -> Result<String, String> {
    taken(text, is_label(text), || {
        format!("it takes {LABEL}, {LONGEST_LABEL} characters at most")
    })
}

/// The name of nearly everything else.
pub(super) fn subdomain(text: &str) -> Result<String, String> {
    taken(text, is_subdomain(text), || {
        format!(
            "it takes {LABEL}, or several such names of {LONGEST_LABEL} characters at most with dots between them, \
             {LONGEST_SUBDOMAIN} characters at most"
        )
    })
}

/// Whether it is the name of a resource that devices add, such as `nvidia.com/gpu`.
pub(super) fn is_extended(text: &str) -> bool {
    let is_end = |c: char| c.is_ascii_alphanumeric();
    text.split_once('/').is_some_and(|(domain, name)| {
        is_subdomain(domain)
            && name.chars().all(|c| is_end(c) || "-_.".contains(c))
            && name.starts_with(is_end)
            && name.ends_with(is_end)
            && name.len() <= LONGEST_LABEL
    })
}

fn taken(text: &str, is_right: bool, why: impl FnOnce() -> String) -> Result<String, String> {
    if is_right {
        Ok(text.to_owned())
    } else {
        Err(why())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_rfc_1123() {
        let (longest, longer) = ("a".repeat(63), "a".repeat(64));
        for (name, is_job, is_namespace, is_other) in [
            ("wild-1", true, true, true),
            ("1", true, true, true),
            (&longest, false, true, true),
            (&longer, false, false, false),
            ("keys.v1", false, false, true),
            ("a..b", false, false, false),
            ("a.-b", false, false, false),
            ("Keys", false, false, false),
            ("my_keys", false, false, false),
            ("-a", false, false, false),
            ("a-", false, false, false),
            ("ä", false, false, false),
            ("a b", false, false, false),
            ("", false, false, false),
        ] {
            let taken = [job(name), label(name), subdomain(name)].map(|own| own.is_ok());
            assert_eq!(taken, [is_job, is_namespace, is_other], "{name}");
        }
        assert!(subdomain(&["a"; 127].join(".")).is_ok());
        assert!(subdomain(&["a"; 128].join(".")).is_err());
    }

    #[test]
    fn devices_have_a_domain() {
        for (name, is_one) in [
            ("nvidia.com/gpu", true),
            ("nvidia.com/mig-1g.5gb", true),
            ("example.com/GPU_x", true),
            ("gpu", false),
            ("/gpu", false),
            ("nvidia.com/", false),
            ("Nvidia.com/gpu", false),
            ("nvidia.com/gpu/x", false),
            ("nvidia.com/-gpu", false),
        ] {
            assert_eq!(is_extended(name), is_one, "{name}");
        }
    }
}
