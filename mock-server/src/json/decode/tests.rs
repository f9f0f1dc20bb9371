use super::*;
use proptest::prelude::*;

fn error(text: &str) -> (&'static str, usize) {
    match decode(text.as_bytes()) {
        Err(DecodeError::Syntax(error)) => (error.message, error.position),
        other => panic!("{text:?} gave {other:?}"),
    }
}

#[test]
fn refusals_are_worded_as_python_words_them() {
    let cases = [
        ("", "Expecting value", 0),
        ("  ", "Expecting value", 2),
        ("nope", "Expecting value", 0),
        ("{", "Expecting property name enclosed in double quotes", 1),
        ("{]", "Expecting property name enclosed in double quotes", 1),
        (
            "{\"a\":1,}",
            "Expecting property name enclosed in double quotes",
            7,
        ),
        ("{\"a\"", "Expecting ':' delimiter", 4),
        ("{\"a\" 1}", "Expecting ':' delimiter", 5),
        ("{\"a\":}", "Expecting value", 5),
        ("{\"a\":1", "Expecting ',' delimiter", 6),
        ("{\"a\":1 \"b\":2}", "Expecting ',' delimiter", 7),
        ("[", "Expecting value", 1),
        ("[1,]", "Expecting value", 3),
        ("[1 2]", "Expecting ',' delimiter", 3),
        ("[1", "Expecting ',' delimiter", 2),
        ("{} x", "Extra data", 3),
        ("01", "Extra data", 1),
        ("1.", "Extra data", 1),
        ("-", "Expecting value", 0),
        ("\"abc", "Unterminated string starting at", 0),
        ("{\"é\": \"x", "Unterminated string starting at", 6),
        ("\"a\nb\"", "Invalid control character at", 2),
        ("\"a\\qb\"", "Invalid \\escape", 2),
        ("\"\\u12\"", "Invalid \\uXXXX escape", 2),
        ("\"\\u12g4\"", "Invalid \\uXXXX escape", 2),
        ("\"\\ud83d\\ude80", "Invalid \\uXXXX escape", 8),
        ("'a'", "Expecting value", 0),
        ("tru", "Expecting value", 0),
    ];
    for (text, message, position) in cases {
        assert_eq!(error(text), (message, position), "{text:?}");
    }
}

#[test]
fn numbers_keep_their_kind_and_size() {
    assert_eq!(decode(b"12").unwrap(), Json::Int(12));
    assert_eq!(decode(b"-0").unwrap(), Json::Int(0));
    assert_eq!(decode(b"1.0").unwrap(), Json::Float(1.0));
    assert_eq!(decode(b"1E5").unwrap(), Json::Float(1e5));
    assert_eq!(decode(b"1e400").unwrap(), Json::Float(f64::INFINITY));
    assert_eq!(
        decode(b"99999999999999999999").unwrap(),
        Json::BigInt("99999999999999999999".into())
    );
    assert_eq!(
        decode(b"-Infinity").unwrap(),
        Json::Float(f64::NEG_INFINITY)
    );
}

#[test]
fn what_is_no_text_is_unreadable() {
    assert_eq!(decode(b"{\"a\": \"\xff\"}"), Err(DecodeError::Unreadable));
    assert_eq!(
        decode("[".repeat(100_000).as_bytes()),
        Err(DecodeError::Unreadable)
    );
    assert_eq!(
        decode("9".repeat(5000).as_bytes()),
        Err(DecodeError::Unreadable)
    );
    assert_eq!(decode(b"\xef\xbb\xbf{}"), Ok(Json::Object(Object::new())));
}

#[test]
fn surrogates_are_joined_or_replaced() {
    assert_eq!(decode(br#""\ud83d\ude80""#).unwrap(), Json::from("🚀"));
    assert_eq!(decode(br#""\ud83d x""#).unwrap(), Json::from("\u{fffd} x"));
}

#[test]
fn the_last_of_a_repeated_key_wins_in_the_first_place() {
    let json = decode(br#"{"a": 1, "b": 2, "a": 3}"#).unwrap();
    let keys: Vec<_> = json.as_object().unwrap().iter().collect();
    assert_eq!(
        keys,
        [
            (&"a".to_owned(), &Json::Int(3)),
            (&"b".to_owned(), &Json::Int(2))
        ]
    );
}

proptest! {
    #[test]
    fn no_input_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = decode(&bytes);
    }

    #[test]
    fn nasty_text_never_panics(text in r#"[\[\]{}",:\\u0-9a-fA-F.eE+\- é🚀\n]{0,60}"#) {
        let _ = decode(text.as_bytes());
    }

    #[test]
    fn what_was_written_is_read_again(text in r#"[a-zé\"\\\n]{0,20}"#, number in any::<i64>()) {
        let value = Json::Array(vec![text.as_str().into(), number.into()]);
        prop_assert_eq!(decode(&super::super::to_bytes(&value)).unwrap(), value);
    }
}
