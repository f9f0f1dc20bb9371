use super::*;
use crate::agent::{AgentSpec, Supervision};
use crate::case::{self, Case};
use crate::prompt::Prompts;
use crate::runner::Harness;

/// Nothing is started: what is played here fails before.
fn conduct(out: &Path) -> Conduct {
    let program = Path::new("/nowhere/program");
    Conduct {
        setup: Setup {
            agent: AgentSpec::reference(program),
            prompts: Prompts::builtin().unwrap(),
            seed: 1,
            time_limit: None,
            supervision: Supervision::full(program),
            harness: Harness::default(),
        },
        selection: Selection::default(),
        gate: Gate::STRICT,
        adjudicator: None,
        jobs: 1,
        out: out.to_owned(),
        kept: Arc::default(),
        cancel: Cancel::new(),
        brake: Brake::default(),
        baseline: Arc::default(),
        today: Day::today(),
        listener: Arc::new(|_| {}),
    }
}

fn case(id: &str) -> Case {
    case::select(&[id.to_owned()]).unwrap().remove(0)
}

/// Makes a folder that looks like evidence.
fn evidence_in(out: &Path, name: &str) -> PathBuf {
    let record = evidence::record_file(&out.join(name));
    std::fs::create_dir_all(record.parent().unwrap()).unwrap();
    std::fs::write(&record, "{}").unwrap();
    record
}

#[tokio::test]
async fn what_fails_before_it_is_played_leaves_nothing_of_an_earlier_run() {
    let dir = tempfile::tempdir().unwrap();
    let mut conduct = conduct(dir.path());
    for id in ["planning-healthy", "execution-chain"] {
        let mut case = case(id);
        case.workspace = "/nowhere/workspace".to_owned();
        let playlist = Playlist::new(&[case], 1);
        let first = playlist.folders().next().unwrap();
        let record = evidence_in(dir.path(), &first);
        let reports = run_all(&playlist, &conduct).await;
        assert!(matches!(reports[0].outcome, CaseOutcome::HarnessError(_)));
        assert!(!record.exists(), "{id}");
    }
    // What is not played is not replaced.
    let record = evidence_in(dir.path(), "planning-healthy");
    conduct.brake.pull("enough".to_owned());
    let playlist = Playlist::new(&[case("planning-healthy")], 1);
    run_all(&playlist, &conduct).await;
    assert!(record.exists());
    conduct.brake = Brake::default();
    conduct.cancel.raise();
    run_all(&playlist, &conduct).await;
    assert!(record.exists());
}

#[tokio::test]
async fn what_is_kept_stops_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let brake = Brake::after(Some(1)).within(Some(1.0));
    let conduct = Conduct {
        brake,
        ..conduct(dir.path())
    };
    let campaign = case::builtin_cases()
        .unwrap()
        .into_iter()
        .find(Case::is_campaign)
        .unwrap();
    let name = campaign.id.clone();
    let play = Play {
        case: campaign,
        repetition: 1,
    };
    // It cannot be loaded, which is a failure, and tells no costs.
    let whole = Part {
        play: play.clone(),
        name: name.clone(),
    };
    let reports = judge_again(&play, &name, &[whole], &conduct).await;
    assert!(reports[0].outcome.is_failure());
    assert_eq!(conduct.brake.reason(), None);
    // The same, played now, is enough.
    note((&name, &name), &reports[0], Instant::now(), &conduct);
    assert!(conduct.brake.reason().is_some());
}
