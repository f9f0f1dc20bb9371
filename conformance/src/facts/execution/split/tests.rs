use super::*;

/// The commands, each as its words with bars between them and the operator.
fn commands(text: &str) -> Vec<String> {
    let shown = |simple: Simple| format!("{} {}", simple.words.join("|"), simple.operator);
    let all = split(text).into_iter().map(shown);
    all.map(|shown| shown.trim().to_owned()).collect()
}

#[test]
fn a_text_falls_into_its_commands() {
    for (text, expected) in [
        ("a 1>out 2>&1;b<in", &["a|1>out|2>&1 ;", "b|<in"][..]),
        ("a &>log & b |& c", &["a|&>log &", "b |", "c"]),
        ("(a; b) & ( c ) | d", &["a ;", "b &", "c |", "d"]),
        ("a # b; 'c\nd e#f '#g'", &["a", "d|e#f|#g"]),
        ("a \\\n  --b \"c \\\nd\\w\"", &["a|--b|c d\\w"]),
        ("a $'it\\'s' \"it's\" 'x;'\"'\"'y'", &["a|it's|it's|x;'y"]),
        (
            "x=(a \"b)\" c); b \"${x[@]}\"",
            &["x=(a \"b)\" c) ;", "b|${x[@]}"],
        ),
        (
            "for ((i=0; i<3; i++)); do a; done",
            &["for ;", "do|a ;", "done"],
        ),
        ("((x > 2)) && ((a); b)", &["a ;", "b"]),
        (
            "[[ -f a && ( b > c ) ]] || d",
            &["[[|-f|a|&&|(|b|>|c|)|]] ||", "d"],
        ),
        (
            "case $x in a|b) c;; (d) (e)\n;; esac; f",
            &["case in", "c ;;", "e ;;", "esac ;", "f"],
        ),
        ("f()\n{ a; }\nf", &["f()|{|a ;", "}", "f"]),
        (
            "a --x=$((1 + 2)) ${b:-c d} x@(e|f)",
            &["a|--x=$((1 + 2))|${b:-c d}|x@(e|f)"],
        ),
    ] {
        let expected: Vec<&str> = expected.to_vec();
        assert_eq!(commands(text), expected, "{text}");
    }
}

#[test]
fn here_documents_are_no_commands() {
    let found = split("a <<'E' >o && b <<-F\nx; 'y\nE\n\tz\n\tF\nc");
    let found: Vec<(String, &[String])> = found
        .iter()
        .map(|simple| (simple.words.join(" "), &simple.documents[..]))
        .collect();
    let [x, z] = [["x; 'y\n".to_owned()], ["z\n".to_owned()]];
    let expected: [(String, &[String]); 3] = [
        ("a >o".to_owned(), &x),
        ("b".to_owned(), &z),
        ("c".to_owned(), &[]),
    ];
    assert_eq!(found, expected);
}

#[test]
fn what_is_substituted_is_handed_over_as_it_is_written() {
    let found = split("a \"$(b \"c)\" $(d))\" `e \\`f\\`` <(g) > >(h) $((1)) '$(i)'");
    assert_eq!(
        found[0].codes,
        ["b \"c)\" $(d)", "e `f`", "g", "h"].map(str::to_owned)
    );
    let commit = split("git commit -m \"$(cat <<'E'\nit's (open\nE\n)\"; a");
    assert_eq!(commit.len(), 2);
    assert_eq!(commit[0].codes, ["cat <<'E'\nit's (open\nE\n".to_owned()]);
}

#[test]
fn what_has_no_end_starts_nothing() {
    for text in ["b 'c && d", "b \"c; d", "b $(c; d", "b \"$(c\"; d"] {
        assert_eq!(commands(&format!("a; {text}")), ["a ;"], "{text}");
    }
}

#[test]
fn nesting_costs_neither_time_nor_stack() {
    for text in [
        "(",
        "((",
        "$(",
        "{ ",
        "if a; then ",
        "`",
        "<<E ",
        "case a in ",
    ] {
        split(&text.repeat(100_000));
    }
}
