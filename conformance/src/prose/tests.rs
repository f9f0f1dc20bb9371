use super::*;

/// What the signs of a topic stand on.
fn marked(text: &str, topic: Topic) -> Vec<&str> {
    let prose = Prose::of_text(text);
    let hits = prose.hits.iter().filter(|hit| hit.topic == topic);
    let mut marked: Vec<&str> = hits.map(|hit| &text[prose.span_of(hit)]).collect();
    marked.dedup();
    marked
}

#[test]
fn a_sign_stands_on_all_its_tokens_and_on_no_others() {
    let text = "Its settings are in `configs/evo_sweep.yaml` for now";
    assert_eq!(marked(text, Topic::EvoSweep), ["configs/evo_sweep.yaml"]);
    let text = "Keep stdout and then stderr in a file";
    assert!(marked(text, Topic::Capture).contains(&"stdout and then stderr"));
}

#[test]
fn a_segment_begins_a_sentence_and_its_pieces_go_on_with_it() {
    let mut reader = Reader::default();
    let source = "no plots no tables";
    let pieces = [(0..8, Before::Nothing), (8..18, Before::Comma)];
    for _ in 0..2 {
        reader.read(source, &pieces, Segment::default(), |_| false);
    }
    let prose = reader.finish();
    let before: Vec<Before> = prose.tokens.iter().map(|token| token.before).collect();
    let segment = [
        Before::Stop,
        Before::Nothing,
        Before::Comma,
        Before::Nothing,
    ];
    assert_eq!(before, [segment, segment].concat());
    assert_eq!(prose.sentences.len(), 2);
}

/// Whether what an announcement governs is denied by it.
fn leads(announcement: &str) -> bool {
    let source = format!("{announcement}\nan ablation");
    let end = announcement.len();
    let mut reader = Reader::default();
    let governor = reader.read(
        &source,
        &[(0..end, Before::Stop)],
        Segment::default(),
        |_| false,
    );
    let governed = Segment {
        governor: Some(governor),
        ..Segment::default()
    };
    let rest = end + 1..source.len();
    reader.read(&source, &[(rest, Before::Stop)], governed, |_| false);
    let prose = reader.finish();
    prose.hits.iter().any(|hit| {
        hit.topic == Topic::Ablation && hit.sentence == 1 && hit.polarity == Polarity::Denied
    })
}

#[test]
fn an_announcement_denies_what_it_governs_when_it_says_so_at_once_and_is_short() {
    assert!(leads("Out of scope"));
    assert!(leads("It is out of scope"));
    assert!(!leads("What we find out of scope"));
    assert!(leads(
        "Not planned at all in any of the phases of this plan"
    ));
    assert!(!leads(
        "Not planned at all in any of the phases of this very plan"
    ));
    assert!(!leads("In scope"));
}

/// The tokens of a text, with their kinds where they are no words.
fn tokens(text: &str) -> String {
    let prose = Prose::of_text(text);
    let shown = |token: &Token| match token.kind {
        Kind::Word => prose.tokens.text(token).to_owned(),
        kind => format!("{}:{kind:?}", prose.tokens.text(token)),
    };
    let shown: Vec<String> = prose.tokens.iter().map(shown).collect();
    shown.join(" ").to_lowercase()
}

#[test]
fn a_text_falls_into_words_and_what_is_read_whole() {
    for (text, expected) in [
        (
            "<field> or {a,b}",
            "<field>:template(1) or {a,b}:template(1)",
        ),
        (
            "$(date +%s) or ${name}",
            "$(date +%s):path or ${name}:template(1)",
        ),
        (
            "<a field of four words> is none",
            "a field of four words is none",
        ),
        ("{x: 1} is none", "x 1:number is none"),
        ("a <field", "a field"),
        ("x/{logs,out}/a.log", "x/{logs,out}/a.log:path"),
        ("lr{lr}-s{seed}", "lr{lr}-s{seed}:template(2)"),
        ("logs/[2-9].log", "logs/[2-9].log:path"),
        ("[P1-T1] x", "p1-t1:task x"),
        (
            "*.csv and a/*/eval.json",
            "*.csv:path and a/*/eval.json:path",
        ),
        ("**bold** _em_ “cited” 'x'", "bold em cited x"),
        ("a…b (c) [d] e – f • g", "a b c d e f g"),
        (
            "12 3.5 1e-4 50 % -1 x3",
            "12:number 3.5:number 1e-4:number 50:number -1:number x3",
        ),
        ("don't; the runs' end", "dont the runs end"),
        ("$HOME/x ~/y ./z", "$home/x:path ~/y:path ./z:path"),
        ("see http://h:1/x", "see http://h:1/x:address"),
        ("lr=0.1", "lr =:compare 0.1:number"),
        (
            "GET /runs/{id}, /cluster",
            "get get /runs/{id}:endpoint /cluster:endpoint",
        ),
    ] {
        // An endpoint has its method ahead of it, or a blank.
        assert_eq!(tokens(text).replace("  ", " "), expected, "{text}");
    }
}

#[test]
fn an_abbreviation_ends_no_sentence() {
    let sentences = |text: &str| Prose::of_text(text).sentences.len();
    assert_eq!(sentences("Plots, e.g. curves"), 1);
    assert_eq!(sentences("Plots. Curves"), 2);
    assert_eq!(sentences("Plots! Curves; tables"), 3);
    assert_eq!(sentences("Plots, curves: tables"), 1);
}
