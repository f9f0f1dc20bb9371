//! What presets come to.

use std::ffi::OsString;

use super::*;
use crate::final_text::FinalText;

fn given(url: Option<&str>) -> Given {
    Given {
        model: Some("m-1".to_owned()),
        base_url: url.map(|url| url.parse().unwrap()),
        ..Given::default()
    }
}

fn nothing(_: &str) -> Option<OsString> {
    None
}

#[test]
fn every_built_in_preset_becomes_an_agent() {
    let presets = all(None).unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/presets");
    let files = std::fs::read_dir(&folder).unwrap().flatten();
    let files = files.filter(|file| is_preset(&file.path())).count();
    assert_eq!(presets.len(), files, "{}", folder.display());
    for preset in &presets {
        for url in [None, Some("http://127.0.0.1:9/v1")] {
            let dressed = preset.dressed(&given(url), nothing).unwrap();
            let (agent, outfit) = (&dressed.agent, dressed.agent.outfit());
            let words = agent
                .argv()
                .iter()
                .map(|word| word.to_string_lossy().into_owned());
            let values = outfit.environment.iter().map(|(_, value)| value.clone());
            let texts = outfit.files.iter().map(|(_, text)| text.clone());
            let all: Vec<String> = words.chain(values).chain(texts).collect();
            let told = all.concat();
            for left in ["{model}", "{base_url}", "{api_key}", "{args}", "_url}"] {
                assert!(!told.contains(left), "{}: {told}", preset.name);
            }
            assert!(told.contains("m-1"), "{}: {told}", preset.name);
            assert_eq!(
                told.contains("127.0.0.1:9/v1") || told.contains("127.0.0.1:9"),
                url.is_some() || preset.name == "opencode",
                "{}: {told}",
                preset.name
            );
            let reach: Vec<String> = dressed.endpoints.iter().map(ToString::to_string).collect();
            assert_eq!(reach == ["127.0.0.1:9"], url.is_some(), "{}", preset.name);
        }
    }
}

#[test]
fn no_folder_of_the_users_is_inherited_and_its_login_is_found() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().to_str().unwrap();
    for (name, variable, login) in [
        ("claude", "CLAUDE_CONFIG_DIR", ".credentials.json"),
        ("codex", "CODEX_HOME", "auth.json"),
        ("opencode", "XDG_DATA_HOME", "opencode/auth.json"),
        ("pi", "PI_CODING_AGENT_DIR", "auth.json"),
    ] {
        let file = dir.path().join(login);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, "{}").unwrap();
        let mut wanted = given(None);
        wanted.login = true;
        let users = |asked: &str| (asked == variable).then(|| folder.into());
        let preset = find(name, None).unwrap();
        let dressed = preset.dressed(&wanted, users).unwrap();
        assert_eq!(dressed.copied, [file], "{name}");
        // The XDG folders are scratch folders for every agent.
        let own = dressed.agent.outfit().environment.iter();
        let own = own.filter(|(name, _)| name == variable).collect::<Vec<_>>();
        let is_scratch = own.iter().all(|(_, value)| value.starts_with("{home}/"));
        assert_eq!(own.len(), usize::from(name != "opencode"), "{name}");
        assert!(is_scratch, "{own:?}");
    }
}

#[test]
fn json_in_presets_is_json() {
    for preset in all(None).unwrap() {
        let dressed = preset.dressed(&given(Some("http://a")), nothing).unwrap();
        let outfit = dressed.agent.outfit();
        let json = outfit
            .environment
            .iter()
            .map(|(_, value)| value)
            .chain(outfit.files.iter().map(|(_, text)| text));
        for text in json
            .filter(|text| text.starts_with('{'))
            .filter(|text| !text.starts_with("{home"))
        {
            serde_json::from_str::<serde_json::Value>(text).unwrap();
        }
    }
}

#[test]
fn a_preset_of_ones_own_wins_and_mistakes_are_named() {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).unwrap();
    let base = "title = 't'\ninstall = 'i'\nfinal_text = 'stdout'\napi_key_env = 'K'\n";
    write(
        "codex.toml",
        &format!(
            "{base}argv = ['mine', ['-m', '{{model}}'], {{ unless = 'model', words = ['-x'] }}, '{{args}}', '{{prompt}}']\n[environment]\nU = '{{base_url}}'\nV = {{ given = 'model', value = '1' }}\n"
        ),
    );
    let own = find("codex", Some(dir.path())).unwrap();
    let mut wanted = given(None);
    wanted.args = vec!["-z".into()];
    let agent = own.dressed(&wanted, nothing).unwrap().agent;
    assert_eq!(agent.argv(), ["mine", "-m", "m-1", "-z", "{prompt}"]);
    assert_eq!(
        agent.outfit().environment,
        [("V".to_owned(), "1".to_owned())]
    );
    let unasked = own.dressed(&Given::default(), nothing).unwrap().agent;
    assert_eq!(unasked.argv(), ["mine", "-x", "{prompt}"]);
    assert_eq!(*agent.final_text(), FinalText::Stdout);
    for (wrong, told) in [
        ("argv = []", "must begin with the program"),
        ("argv = ['a', '{modle}']", "{modle}"),
        ("argv = ['a']\nrequires = ['key']", "`key`"),
        ("argv = ['a']\nargs = 1", "unknown field"),
        (
            "argv = ['a']\n[[files]]\npath = '../x'\ntext = ''",
            "no path below HOME",
        ),
    ] {
        write("wrong.toml", &format!("{base}{wrong}"));
        let error = all(Some(dir.path())).unwrap_err().to_string();
        assert!(
            error.contains("wrong.toml") && error.contains(told),
            "{error}"
        );
    }
    let error = find("codx", None).unwrap_err().to_string();
    assert!(error.contains("did you mean `codex`?"), "{error}");
}

#[test]
fn a_login_is_found_or_it_is_said_how_to_sign_in() {
    let home = tempfile::tempdir().unwrap();
    let variable = |name: &str| (name == "HOME").then(|| home.path().into());
    let preset = find("codex", None).unwrap();
    let wanted = Given {
        login: true,
        ..Given::default()
    };
    let error = preset.dressed(&wanted, variable).unwrap_err().to_string();
    assert!(
        error.contains("~/.codex/auth.json") && error.contains("codex login"),
        "{error}"
    );
    std::fs::create_dir(home.path().join(".codex")).unwrap();
    std::fs::write(home.path().join(".codex/auth.json"), "{}").unwrap();
    let dressed = preset.dressed(&wanted, variable).unwrap();
    assert_eq!(dressed.copied, [home.path().join(".codex/auth.json")]);
    assert!(
        dressed
            .endpoints
            .iter()
            .any(|end| end.host() == "auth.openai.com")
    );
}

#[test]
fn a_key_is_handed_on_under_both_names() {
    let preset = find("claude", None).unwrap();
    let mut wanted = given(Some("http://a/v1"));
    wanted.api_key_env = Some("MINE".to_owned());
    let variable = |name: &str| (name == "MINE").then(|| "k-1".into());
    let agent = preset.dressed(&wanted, variable).unwrap().agent;
    let value = |name: &str| {
        let all = agent.outfit().environment.iter();
        all.filter(|(own, _)| own == name)
            .map(|(_, value)| value.as_str())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        (value("MINE"), value("ANTHROPIC_API_KEY")),
        (vec!["k-1"], vec!["k-1"])
    );
    assert_eq!(value("ANTHROPIC_BASE_URL"), ["http://a"]);
}
