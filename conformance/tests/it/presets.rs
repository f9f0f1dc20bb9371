//! Presets as users meet them.

use std::path::Path;

use wild_conformance::preset;

use crate::play::{PROGRAM, program};

#[test]
fn presets_are_listed_with_what_they_need() {
    let assert = program().arg("agents").assert().success();
    let text = String::from_utf8_lossy(&assert.get_output().stdout).into_owned();
    let presets = preset::all(None).unwrap();
    for name in presets.iter().map(|preset| &preset.name) {
        assert!(
            text.lines().any(|line| line.starts_with(name)),
            "{name}: {text}"
        );
    }
    assert!(
        text.contains("a key in ANTHROPIC_API_KEY or --login"),
        "{text}"
    );
    // Its key is for an endpoint of one's own; for GitHub's it is no use.
    assert!(
        text.contains("a subscription's token in COPILOT_GITHUB_TOKEN")
            && !text.contains("or a key in COPILOT_PROVIDER_API_KEY"),
        "{text}"
    );
    let assert = program()
        .args(["agents", "--report", "json"])
        .assert()
        .success();
    let json: serde_json::Value = serde_json::from_slice(&assert.get_output().stdout).unwrap();
    assert_eq!(json.as_array().unwrap().len(), presets.len());
}

#[test]
fn the_very_command_is_shown_and_no_key() {
    let assert = program()
        .env("SOME_KEY", "sk-0123456789")
        .env("PATH", "/nowhere")
        .args([
            "agents",
            "show",
            "codex",
            "--model",
            "m",
            "--base-url",
            "http://127.0.0.1:8000",
        ])
        .args(["--api-key-env", "SOME_KEY", "--", "--extra"])
        .assert()
        .success();
    let text = String::from_utf8_lossy(&assert.get_output().stdout).into_owned();
    for told in [
        "codex is not found; npm install -g @openai/codex",
        "command: codex exec --json --skip-git-repo-check",
        "base_url=\"http://127.0.0.1:8000/v1\",env_key=\"SOME_KEY\"",
        "--extra -\n",
        "prompt: on standard input",
        "environment: SOME_KEY=$SOME_KEY",
        "may connect to: 127.0.0.1:8000\n",
    ] {
        assert!(text.contains(told), "{told}: {text}");
    }
    assert!(!text.contains("sk-0123456789"), "{text}");
}

/// A preset counts as working when its program was played.
#[test]
fn every_preset_is_played_with_its_program() {
    let table = Path::new(env!("CARGO_MANIFEST_DIR")).join("agents/programs.toml");
    let played = std::fs::read_to_string(&table).unwrap();
    for preset in preset::all(None).unwrap() {
        let way = format!("\"preset:{}\"", preset.name);
        let told = format!("{} has no `[[way]]` with {way}", table.display());
        assert!(played.contains(&way), "{told}");
    }
}

#[test]
fn options_of_presets_want_one() {
    for args in [
        &["--model", "x", "--", "true"][..],
        &["--agent", "preset:codx"],
        &["--agent", "preset:qwen"],
        &["--agent", "preset:qwen", "--"],
        &["--agent", "preset:codex", "--base-url", "localhost"],
    ] {
        program().arg("run").args(args).assert().code(2);
    }
}

/// What stands behind `--` is optional there, and no program.
#[test]
fn an_empty_argument_of_a_preset_is_called_one() {
    let told = |args: &[&str]| {
        let assert = program()
            .args(["run", "--agent"])
            .args(args)
            .assert()
            .code(2);
        String::from_utf8_lossy(&assert.get_output().stderr).into_owned()
    };
    let empty = told(&["preset:codex", "--", ""]);
    assert!(
        empty.contains("the first argument behind `--` is an empty"),
        "{empty}"
    );
    let none = told(&["preset:qwen", "--"]);
    assert!(none.contains("needs --model"), "{none}");
    let program = told(&["exec", "--", ""]);
    assert!(
        program.contains("the program behind `--` is an empty"),
        "{program}"
    );
}

/// A program that is asked for its version is not let out of the walls for that, and finds no keys.
#[test]
#[cfg(all(target_os = "linux", feature = "walls"))]
fn a_version_is_asked_for_within_walls() {
    let dir = tempfile::tempdir().unwrap();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let stray = dir.path().join("stray");
    let script = format!(
        "#!/bin/bash\necho x > '{stray}'\n[ -e '{stray}' ] && n=1 || n=0\n\
         (exec 3<>/dev/tcp/127.0.0.1/{port}) 2>/dev/null && c=1 || c=0\n\
         echo x > \"$HOME/own\" && h=1 || h=0\n[ -z \"$A_KEY\" ] && k=0 || k=1\n\
         setsid sleep 1000 &\necho \"mine 1.$n.$c.$h.$k\"\n",
        stray = stray.display()
    );
    let bin = dir.path().join("bin");
    std::fs::create_dir(&bin).unwrap();
    let tool = bin.join("mine-tool");
    std::fs::write(&tool, script).unwrap();
    std::fs::set_permissions(&tool, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    let preset = "title = 'Mine'\ninstall = 'x'\nfinal_text = 'stdout'\napi_key_env = 'K'\nargv = ['mine-tool']\n";
    std::fs::write(dir.path().join("mine.toml"), preset).unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let assert = program()
        .env("PATH", path)
        .env("A_KEY", "secret")
        .args(["agents", "show", "mine", "--presets"])
        .arg(dir.path())
        .assert();
    let told = String::from_utf8_lossy(&assert.get_output().stdout).into_owned();
    assert!(told.contains("version 1.0.0.1.0"), "{told}");
    assert!(!stray.exists());
}

/// Everything that a preset promises reaches its program, and nothing secret the evidence.
#[test]
fn a_preset_dresses_its_program() {
    let dir = tempfile::tempdir().unwrap();
    let (home, presets) = (dir.path().join("me"), dir.path().join("presets"));
    std::fs::create_dir_all(home.join(".mine")).unwrap();
    std::fs::create_dir(&presets).unwrap();
    let token = "tok-0123456789-abcdefghij";
    std::fs::write(
        home.join(".mine/auth.json"),
        format!("{{\"token\": \"{token}\"}}"),
    )
    .unwrap();
    let script = format!(
        "[ \"$MODEL\" = m-1 ] && [ \"$URL\" = http://127.0.0.1:9 ] && [ \"$K\" = none-needed ] && \
         grep -q \"m-1 $HOME\" ~/.mine/config && [ ! -w ~/.mine/auth.json -o $(id -u) = 0 ] && \
         [ -z \"$STRAY\" ] && cat ~/.mine/auth.json > leaked.json && cat ~/.mine/auth.json >&2 && \
         {PROGRAM} agent < \"$1\" > \"$2\""
    );
    let preset = format!(
        "title = 'Mine'\ninstall = 'x'\nfinal_text = 'file:{{tmp}}/answer'\napi_key_env = 'K'\n\
         argv = ['bash', '-c', '''{script}''', 'mine', '{{prompt_file}}', '{{tmp}}/answer']\n\
         [environment]\nMODEL = '{{model}}'\nURL = '{{root_url}}'\n\
         [[files]]\npath = '.mine/config'\ntext = '{{model}} {{home}}'\n\
         [[login]]\nfrom = '~/.mine/auth.json'\nto = '.mine/auth.json'\n"
    );
    std::fs::write(presets.join("mine.toml"), preset).unwrap();
    let out = dir.path().join("out");
    let assert = program()
        .env("HOME", &home)
        .env("STRAY", "1")
        .env_remove("K")
        .args([
            "run",
            "--agent",
            "preset:mine",
            "--model",
            "m-1",
            "--base-url",
            "http://127.0.0.1:9/v1",
        ])
        .args([
            "--login",
            "--env",
            "NOTHING",
            "--case",
            "planning-healthy",
            "--presets",
        ])
        .arg(&presets)
        .arg("--out")
        .arg(&out)
        .assert();
    let output = assert.get_output();
    let told = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(told.contains("may sign you out"), "{told}");
    let kept = std::fs::read_to_string(out.join("planning-healthy/report.txt")).unwrap();
    assert!(kept.contains("preflight passed; "), "{told}{kept}");
    let folder = out.join("planning-healthy");
    let answer = std::fs::read_to_string(folder.join("transcript.txt")).unwrap();
    assert!(answer.contains("<plan>"), "{answer}");
    assert_eq!(holding(&out, token), [""; 0]);
    let masked = std::fs::read_to_string(folder.join("stderr.txt")).unwrap();
    assert!(masked.contains("{\"token\": \"****"), "{masked}");
}

/// The files below `folder` that hold `text`.
fn holding(folder: &Path, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(holding(&path, text));
        } else if String::from_utf8_lossy(&std::fs::read(&path).unwrap()).contains(text) {
            found.push(path.display().to_string());
        }
    }
    found
}
