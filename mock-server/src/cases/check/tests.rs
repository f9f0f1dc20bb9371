use super::*;

fn told(text: &str) -> Vec<String> {
    problems(text).iter().map(ToString::to_string).collect()
}

#[test]
fn every_problem_is_told_with_its_place() {
    let text = "id = 'x'\ngaol = 'typo'\nauth_token = ''\n[[runs]]\ncommand = 'a'\nexit_code = 256\n\
                log = [{ at = nan, text = 'x' }, { txt = 'y' }]\n";
    let found = told(text);
    let expected = [
        ("line 2, column 1: ", "did you mean `goal`"),
        ("line 3, column 14: ", "auth_token is empty"),
        ("line 6, column 13: ", "exit_code is 256"),
        ("line 7, column 15: ", "at is nan"),
        ("line 7, column 34: ", "missing key `text`"),
        (
            "line 7, column 36: ",
            "unknown key `txt`; did you mean `text`?",
        ),
    ];
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (said, (place, word)) in found.iter().zip(expected) {
        assert!(said.starts_with(place) && said.contains(word), "{said}");
    }
}

#[test]
fn senseless_values_are_refused_where_they_stand() {
    let long = format!("id = '{}'", "x".repeat(5000));
    let broken_token = "auth_token = \"a\\u0007b\"";
    for (line, word) in [
        (long.as_str(), "id has 5000"),
        ("id = 'a b'", "lower-case"),
        ("auth_token = ''", "is empty"),
        ("auth_token = ' x'", "visible"),
        (broken_token, "visible"),
        ("cluster = 'local_gpu:many'", "cluster"),
        ("workspace = 'nowhere'", "tiny-lm"),
        ("plan = 'nothing'", "sentinel"),
        ("kind = 'plannning'", "planning, execution"),
        ("kind = 1", "is a number; give a text"),
        ("probe = '/runs'", "is no probe"),
        ("probe = 'docs'", "is no probe"),
        ("entry_points = ['../x.py']", "inside it"),
        ("entry_points = ['/x.py']", "inside it"),
        ("tasks = [{ id = 'P2T1' }]", "P2-T3"),
        (
            "tasks = [{ id = 'P2-T1', finished_runs = 0 }]",
            "finished_runs",
        ),
        ("tasks = [{ id = 'P2-T1', files = ['../a'] }]", "inside it"),
        (
            "tasks = [{ id = 'P2-T1', tables = [{ file = 'a.csv' }] }]",
            "rows",
        ),
        ("entry_points = ['ok.py', '']", "inside it"),
        ("time_limit = 0", "from 1 to 86400"),
        ("time_limit = 99999999999999999999999", "from 1 to 86400"),
        ("iterations = 101", "from 1 to 100"),
        ("faults = [{ action = 'status', status = 9 }]", "status 9"),
        ("faults = [{ action = 'delay', seconds = -1 }]", "-1"),
        ("faults = [{ action = 'delay', seconds = nan }]", "delay"),
        (
            "faults = [{ path = '/doc', action = 'reset' }]",
            "did you mean `/docs`",
        ),
        ("probe = '/prompt-skill'", "did you mean `/prompt-skills`"),
        ("faults = 1", "give a list"),
        ("fault_when = { nth = 0 }", "counts from 1"),
        (
            "runs = [{ command = 'a', duration_seconds = -1 }]",
            "duration_seconds is -1",
        ),
        (
            "runs = [{ command = 'a', launch_seconds = inf }]",
            "launch_seconds is inf",
        ),
        (
            "runs = [{ command = 'a', exit_code = -1 }]",
            "exit_code is -1",
        ),
        (
            "runs = [{ command = 'a', log = [{ at = 2, text = 'x' }] }]",
            "from 0 to 1",
        ),
        (
            "runs = [{ command = 'a', artifacts = ['../x'] }]",
            "no name of a file",
        ),
        ("runs = [{ duration_seconds = 1 }]", "missing key `command`"),
        ("prelude = [{ post = 'runs' }]", "starts with /"),
        ("expect = { preflight = 'maybe' }", "passed, failed"),
        ("matrix = 3", "give a table"),
        ("matrix.a = 'kinds'", "failures"),
        ("matrix.a = [1]", "give a table"),
        (
            "matrix.a = [{ name = 'n', gaol = '' }]",
            "did you mean `goal`",
        ),
        ("name = 'n'", "unknown key"),
        ("exclude = [{ a = 1 }]", "give a text"),
        ("a = ", "line 1"),
        ("id = 'x'\nid = 'y'", "duplicate key"),
    ] {
        let found = told(line);
        assert!(
            found.len() == 1 && found[0].contains(word),
            "{line}: {found:?}"
        );
        assert!(found[0].starts_with("line "), "{line}: {found:?}");
    }
}
