//! The wire formats of the scripted model, as their clients read them.

use serde_json::{Value, json};

use crate::model::Served;
use crate::model_client::{FORMATS, PROMPT, client, path, post, read, request, understood, whole};

/// The first turn and the last of an abort, in every format and both ways.
#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_the_same_in_every_format() {
    let model = Served::with("conforming").await;
    let failed = ["x\n@preflight@ failed\n", "# Tasks", "written"];
    for (format, is_stream) in FORMATS.iter().flat_map(|f| [(*f, false), (*f, true)]) {
        let ask = |results: &[&str], name| {
            let body = request(format, is_stream, results, name);
            let answer = post(&model, path(format, is_stream), body.to_string().as_bytes());
            understood(format, is_stream, &answer)
        };
        let (said, call) = ask(&[], Some("run_shell_command"));
        let (name, arguments) = call.unwrap();
        assert_eq!(
            (said.as_str(), name.as_str()),
            ("I run the preflight first.", "run_shell_command"),
            "{format} {is_stream}"
        );
        let command = arguments["command"].as_str().unwrap();
        assert!(
            command.contains("curl -sf http://127.0.0.1:8/wild/v2/system-health"),
            "{command}"
        );
        let (said, call) = ask(&failed, Some("run_shell_command"));
        assert!(call.is_none(), "{format} {is_stream}: {call:?}");
        assert!(
            said.ends_with("planning aborted.</summary>\n<promise>DONE</promise>"),
            "{said}"
        );
        assert_eq!(ask(&[], None), ("A session".to_owned(), None));
    }
}

/// What a client cannot do without, beside text and call.
#[tokio::test(flavor = "multi_thread")]
async fn streams_begin_and_end_as_their_clients_want() {
    let model = Served::with("conforming").await;
    let stream = |format: &str| {
        let body = request(format, true, &[], Some("bash"));
        post(&model, path(format, true), body.to_string().as_bytes())
    };
    let chat = stream("chat");
    assert!(chat.body.ends_with("data: [DONE]\n\n"), "{}", chat.body);
    let events = chat.events();
    assert_eq!(events[0]["choices"][0]["delta"]["role"], "assistant");
    assert_eq!(
        events[events.len() - 2]["choices"][0]["finish_reason"],
        "tool_calls"
    );
    assert_eq!(events[events.len() - 1]["usage"]["total_tokens"], 110);

    let responses = stream("responses");
    assert!(
        responses
            .body
            .starts_with("event: response.created\ndata: {")
    );
    let events = responses.events();
    assert!(
        events
            .iter()
            .zip(0..)
            .all(|(event, n)| event["sequence_number"] == n)
    );
    assert_eq!(events[events.len() - 1]["type"], "response.completed");
    assert_eq!(events[events.len() - 1]["response"]["status"], "completed");

    let events = stream("messages").events();
    let kinds: Vec<&str> = events
        .iter()
        .filter_map(|event| event["type"].as_str())
        .collect();
    assert_eq!(
        (kinds[0], kinds[kinds.len() - 1]),
        ("message_start", "message_stop")
    );
    assert_eq!(events[events.len() - 2]["delta"]["stop_reason"], "tool_use");

    let events = stream("gemini").events();
    assert_eq!(
        events[events.len() - 1]["candidates"][0]["finishReason"],
        "STOP"
    );
    assert_eq!(events[0]["candidates"][0]["finishReason"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn json_that_a_program_wants_has_the_shape_that_it_wants() {
    let model = Served::with("conforming").await;
    let shape = json!({"type": "OBJECT", "required": ["ok", "who"], "properties": {"ok": {"type": "BOOLEAN"}, "who": {"enum": ["a", "b"]}}});
    let body = json!({"contents": [], "generationConfig": {"responseSchema": shape}});
    let answer = post(&model, path("gemini", false), body.to_string().as_bytes());
    let (text, _) = whole("gemini", &answer.json());
    assert_eq!(text, r#"{"ok":false,"who":"a"}"#);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_answered_is_refused_in_the_words_of_the_format() {
    let mut model = Served::with("conforming").await;
    for format in FORMATS {
        let body = request(format, false, &[], Some("teleport")).to_string();
        let answer = post(&model, path(format, false), body.as_bytes());
        let message = answer.json()["error"]["message"]
            .as_str()
            .unwrap()
            .to_owned();
        assert_eq!(answer.status, 400, "{format}");
        assert!(message.contains("known as a shell: teleport"), "{message}");
    }
    assert!(
        model
            .played
            .try_recv()
            .unwrap()
            .told
            .starts_with("refused: the script wants")
    );
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    for (body, status) in [(&b"{"[..], 400), (b"\xff", 400), (deep.as_bytes(), 400)] {
        assert_eq!(post(&model, "/v1/messages", body).status, status);
    }
    assert_eq!(
        post(&model, "/v1/messages", &vec![b' '; 17 * 1024 * 1024]).status,
        413
    );
    let url = format!("http://{}/v1/responses", model.address);
    let packed = client()
        .post(url)
        .header("content-encoding", "zstd")
        .send("x")
        .unwrap();
    assert_eq!(read(packed).status, 415);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_programs_ask_beside_is_answered() {
    let model = Served::with("conforming").await;
    let url = |path: &str| format!("http://{}{path}", model.address);
    let models = read(client().get(url("/v1/models")).call().unwrap());
    assert_eq!(models.json()["data"][0]["id"], "scripted");
    let counted = post(&model, "/v1/messages/count_tokens?beta=true", b"{}");
    assert_eq!(counted.json()["input_tokens"], 100);
    assert_eq!(post(&model, "/v1/embeddings", b"{}").status, 404);
    let strange = json!({"messages": [{"role": "user", "content": "Hi"}], "tools": [{"type": "function", "function": {"name": "bash"}}]});
    let answer = post(&model, path("chat", false), strange.to_string().as_bytes());
    let (text, call) = whole("chat", &answer.json());
    assert!(
        text.contains("finds none in this request") && call.is_none(),
        "{text}"
    );
}

/// Looking at what tools told takes time that grows with its size and no faster.
#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_tasks_is_looked_at_up_to_a_bound() {
    let model = Served::with("conforming").await;
    let flood = "@task@ - [ ] [P1-T1] x | depends: P1-T1\n".repeat(200_000);
    let told = format!("{flood}@tasks@ shown\n");
    let results = ["@guard@ passed", &told];
    let prompt = format!("{PROMPT}Iteration log: /w/log.md\n");
    let body = request("chat", false, &results, Some("bash"))
        .to_string()
        .replace(&json!(PROMPT).to_string(), &json!(prompt).to_string());
    let answer = post(&model, path("chat", false), body.as_bytes());
    let (said, call) = understood("chat", false, &answer);
    assert_eq!(said, "I take task P1-T1.");
    assert!(call.is_some());
}
