use super::*;

const MATRIX: &str = r#"
    id = "abort-{probe}-{fault}"
    title = "{probe} answers {fault}"
    twin = "planning-healthy"
    exclude = [{ probe = "health", fault = "500" }]
    matrix.probe = [{ name = "docs" }, { name = "health", steer = "x" }]
    matrix.fault = [{ name = "500" }, { name = "503", time_limit = 7 }]
"#;

#[test]
fn a_matrix_makes_a_case_for_every_combination_that_is_not_excluded() {
    let cases = read("m.toml", MATRIX).unwrap();
    let ids: Vec<&str> = cases.iter().map(|case| case.id.as_str()).collect();
    assert_eq!(
        ids,
        ["abort-docs-500", "abort-docs-503", "abort-health-503"]
    );
    let last = &cases[2].keys;
    assert_eq!(last["steer"].as_str(), Some("x"));
    assert_eq!(last["time_limit"].as_integer(), Some(7));
    assert_eq!(last["workspace"].as_str(), Some("tiny-lm"));
    assert_eq!(last["title"].as_str(), Some("health answers 503"));
}

const KINDS: &str = r#"
    id = "{probe}-{kind}"
    title = "{probe}: {kind}"
    twin = "planning-healthy"
    matrix.kind = "failures"
    matrix.probe = [{ name = "docs", words = "The documentation", probe = "/docs" }]
"#;

#[test]
fn an_axis_of_kinds_has_every_kind_that_clients_agree_on() {
    let count = |text: &str| read("k.toml", text).unwrap().len();
    let successes = count(&KINDS.replace("failures", "successes"));
    let left_out = crate::fault::kinds().into_iter();
    let left_out = left_out.filter(|kind| kind.is_disputed || kind.takes_server_down());
    let all = crate::fault::kinds().len() - left_out.count();
    assert_eq!(count(KINDS) + successes, all);
    let cases = read("k.toml", KINDS).unwrap();
    let case = cases.iter().find(|case| case.id == "docs-reset").unwrap();
    assert_eq!(
        case.keys["title"].as_str(),
        Some("The documentation: the connection is reset")
    );
    assert_eq!(case.keys["expect"]["preflight"].as_str(), Some("failed"));
    assert_eq!(case.keys["faults"][0]["action"].as_str(), Some("reset"));
    assert!(!case.keys.contains_key("fault_kind"));
}

#[test]
fn a_kind_of_fault_needs_a_probe_and_is_no_other_fault() {
    for (lines, word) in [
        ("fault_kind = 'resett'", "did you mean `reset`"),
        ("fault_kind = 'reset'", "`probe`"),
        ("probe = '/docs'", "`fault_kind`"),
        ("fault_kind = 'refused'\nprobe = '/docs'", "whole server"),
        ("fault_kind = 'reset'\nprobe = 'docs'", "starts with"),
        (
            "fault_kind = 'reset'\nprobe = '/a'\nfaults = []",
            "`faults`",
        ),
        (
            "fault_kind = 'reset'\nprobe = '/a'\nfault_when = 1",
            "fault_when",
        ),
        (
            "fault_kind = 'reset'\nprobe = '/a'\nfault_when = { nth = 0 }",
            "counts from 1",
        ),
    ] {
        let text = format!("id = 'x'\n{lines}");
        let message = made("m.toml", &text).unwrap_err().to_string();
        assert!(message.contains(word), "{text}: {message}");
    }
}

#[test]
fn what_does_not_strike_the_first_call_declares_nothing() {
    let text = "id = 'x'\nfault_kind = 'reset'\nprobe = '/a'\nfault_when = ";
    let second = made("m.toml", &format!("{text}{{ nth = 2 }}")).unwrap();
    assert!(!second[0].keys.contains_key("expect"));
    let first = made("m.toml", &format!("{text}{{ first = 1 }}")).unwrap();
    assert_eq!(
        first[0].keys["expect"]["preflight"].as_str(),
        Some("failed")
    );
    assert_eq!(first[0].keys["faults"][0]["first"].as_integer(), Some(1));
}

#[test]
fn a_case_that_is_not_complete_is_refused() {
    let twin = "id = 'x'\ntitle = 'x'\ntwin = 'planning-healthy'\n";
    assert_eq!(read("c.toml", twin).unwrap().len(), 1);
    for (text, words) in [
        (
            "id = 'x'".to_owned(),
            &["missing key `title`", "missing key `time_limit`"][..],
        ),
        (format!("{twin}kind = 'execution'"), &["needs a `plan`"]),
        (format!("{twin}kind = 'campaign'"), &["at least 2"]),
        (format!("{twin}iterations = 2"), &["several iterations"]),
        (
            format!("{twin}faults = [{{ action = 'refuse' }}]\nexpect = {{}}"),
            &["[expect] preflight"],
        ),
        (
            "id = '{a}'\ntitle = 'x'\ntwin = 'planning-healthy'\nmatrix.a = [{ name = 'A' }]"
                .to_owned(),
            &["id `A` must"],
        ),
    ] {
        let message = read("c.toml", &text).unwrap_err().to_string();
        assert!(
            words.iter().all(|word| message.contains(word)),
            "{text}: {message}"
        );
    }
}

#[test]
fn built_in_cases_are_valid_sorted_and_found() {
    for (name, text) in FILES {
        assert_eq!(check::problems(text), [], "{name}");
    }
    let cases = builtin().unwrap();
    for case in cases {
        assert_eq!(check::of_case(&case.keys), [""; 0], "{}", case.id);
    }
    assert!(cases.is_sorted_by(|a, b| a.id < b.id));
    for case in cases {
        assert_eq!(find(&case.id).unwrap().file, case.file);
    }
}

#[test]
fn senseless_matrices_are_refused_with_a_hint() {
    for (text, word) in [
        ("id = 'x'\nmatrix = 3", "table of axes"),
        ("id = 'x'\nmatrix.a = []", "matrix.a"),
        ("id = 'x'\nmatrix.a = [{ steer = 'no name' }]", "`name`"),
        ("id = 'x-{b}'\nmatrix.a = [{ name = 'n' }]", "axis `b`"),
        (
            "id = 'x'\nmatrix.a = [{ name = '1' }, { name = '2' }]",
            "`{axis}`",
        ),
        (
            "id = 'x-{a}'\nexclude = [{ a = 'n' }]\nmatrix.a = [{ name = 'n' }]",
            "leaves out",
        ),
        ("id = 'x'\nexclude = 1", "from axis to name"),
        ("id = 'x'\ntwin = 'nobody'", "nobody"),
        ("id = ", "m.toml"),
    ] {
        let message = made("m.toml", text).unwrap_err().to_string();
        assert!(message.contains(word), "{text}: {message}");
    }
    let axis: Vec<String> = (0..200).map(|n| format!("{{ name = 'v{n}' }}")).collect();
    let axis = axis.join(", ");
    let text = format!("id = '{{a}}{{b}}'\nmatrix.a = [{axis}]\nmatrix.b = [{axis}]");
    assert!(
        made("m.toml", &text)
            .unwrap_err()
            .to_string()
            .contains("10000")
    );
}

#[test]
fn what_a_twin_lends_and_no_longer_fits_is_warned_of() {
    let warnings = |keys: &str| {
        let text = format!("id = 'x'\ntitle = 'x'\ntwin = 'execution-grid'\n{keys}");
        read("t.toml", &text).unwrap().remove(0).warnings
    };
    assert_eq!(warnings("time_limit = 5"), Vec::<String>::new());
    let other = warnings("goal = 'another'");
    assert!(
        other[0].contains("`grid` is that of `execution-grid`"),
        "{other:?}"
    );
    let whole = "goal = 'another'\ngrid = []\nplan = 'tiny-lm'\ntasks = []";
    assert_eq!(warnings(whole), Vec::<String>::new());
    assert_eq!(warnings("plan = 'tiny-lm'").len(), 1);
    for case in builtin().unwrap() {
        assert!(case.warnings.is_empty(), "{}: {:?}", case.id, case.warnings);
    }
}
