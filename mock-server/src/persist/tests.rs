mod exchange;
mod found;
mod log;

use super::*;
use crate::clock::Timestamp;
use crate::json::decode;
use crate::skills::SkillSource;
use crate::store::{
    ClusterProfile, NewAlert, NewRun, NewWildSweep, RunMode, RunPatch, RunProfiles, StateSnapshot,
    StatusReport, StoreConfig,
};

fn issued(ids: u64) -> StateRecord {
    StateRecord::Issued { ids, panes: 0 }
}

fn reopen(path: &Path) -> Vec<StateRecord> {
    StateLog::open(path).unwrap().1
}

/// A store, its skills and the log of both, at which everything is copied that can be.
struct Kept {
    folder: tempfile::TempDir,
    store: Store,
    skills: SkillSet,
    log: StateLog,
}

fn empty_store() -> Store {
    let config = StoreConfig {
        seed: 7,
        workdir: "/w".to_owned(),
        profiles: RunProfiles::default(),
        mode: RunMode::Simulated,
        cluster: ClusterProfile::default(),
        limit: u64::MAX,
    };
    Store::new(config, Timestamp::default())
}

fn built_in() -> SkillSet {
    SkillSet::load(SkillSource::BuiltIn).unwrap()
}

impl Kept {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (log, _) = StateLog::open(&folder.path().join("state")).unwrap();
        let store = empty_store();
        let mut kept = Self {
            folder,
            store,
            skills: built_in(),
            log,
        };
        let settings = Touched {
            settings: true,
            ..Touched::default()
        };
        kept.log
            .save(&kept.store, &kept.skills, Saved::Touched(&settings))
            .unwrap();
        kept
    }

    /// Does something and saves it.
    fn change(&mut self, work: impl FnOnce(&mut Store)) {
        work(&mut self.store);
        let touched = self.store.take_outbox().touched;
        self.log
            .save(&self.store, &self.skills, Saved::Touched(&touched))
            .unwrap();
    }

    /// What a client of this store may do, one thing a step.
    fn step(&mut self, number: usize) {
        let now = Timestamp::default().plus_secs(number as f64 / 4.0);
        let id = format!("reported-{}", number % 7);
        self.change(|store| {
            store.advance(now);
            let report = |status: &str| StatusReport {
                status: status.to_owned(),
                ..StatusReport::default()
            };
            match number % 6 {
                0 => drop(store.create_run(a_run(), now)),
                1 => store.report_status(&id, report("running"), now),
                2 => {
                    let rows = decode(br#"[{"step": 1, "loss": 0.5}]"#).unwrap();
                    let _ = store.append_metrics(&id, rows.as_array().unwrap(), now);
                }
                3 => drop(store.create_wild_sweep(NewWildSweep::default(), now).id()),
                4 => {
                    let alert = NewAlert {
                        choices: vec!["yes".to_owned()],
                        ..NewAlert::default()
                    };
                    let _ = store.create_alert(&id, alert, now);
                }
                _ => store.set_wild_mode(number % 4 == 1, now),
            }
        });
    }

    fn change_skill(&mut self, name: &str, template: &str) {
        self.skills.create(name, "d", template, "skill", None);
        let id = SkillSet::id_for(name);
        let record = StateRecord::skill(&id, self.skills.kept(&id));
        self.log
            .save(&self.store, &self.skills, Saved::Skills(&[record]))
            .unwrap();
    }

    fn snapshot(&self) -> StateSnapshot {
        let mut snapshot = self.store.snapshot();
        snapshot.0.extend(skill_records(&self.skills));
        snapshot
    }

    /// What a server would have that started now, where this one was killed.
    fn after_a_kill(&self) -> StateSnapshot {
        let elsewhere = tempfile::tempdir().unwrap();
        for entry in std::fs::read_dir(self.folder.path()).unwrap() {
            let path = entry.unwrap().path();
            std::fs::copy(&path, elsewhere.path().join(path.file_name().unwrap())).unwrap();
        }
        let path = elsewhere.path().join("state");
        let (log, records) = StateLog::open(&path).unwrap();
        let left = std::fs::read_dir(elsewhere.path()).unwrap().count();
        assert_eq!(left, 1, "an unfinished copy stays");
        let (mut store, mut skills) = (empty_store(), built_in());
        restore_skills(&mut skills, &records);
        store.restore(records, Timestamp::default());
        drop(log);
        let mut snapshot = store.snapshot();
        snapshot.0.extend(skill_records(&skills));
        snapshot
    }
}

fn a_run() -> NewRun {
    NewRun {
        name: "n".to_owned(),
        command: "python train.py".to_owned(),
        auto_start: true,
        ..NewRun::default()
    }
}

#[test]
fn a_kill_at_any_change_of_a_copy_loses_nothing() {
    let mut kept = Kept::new();
    for number in 0..40 {
        kept.step(number);
    }
    let mut copies = 0;
    for number in 40..100 {
        if number % 11 == 0 {
            kept.change_skill(&format!("skill {number}"), "t");
        }
        // Each copy is followed by the next.
        kept.log.bound = 0;
        let was_copying = kept.log.copy.is_some();
        kept.step(number);
        copies += usize::from(was_copying && kept.log.copy.is_none());
        assert_eq!(
            kept.after_a_kill(),
            kept.snapshot(),
            "after change {number}"
        );
    }
    assert!(copies > 5, "{copies}");
}

#[test]
fn a_kill_at_any_step_of_the_exchange_loses_nothing() {
    let mut kept = Kept::new();
    for number in 0..40 {
        kept.step(number);
    }
    let mut copy = Copy::begin(
        &kept.log.path,
        kept.log.chain.file(),
        &kept.store,
        &kept.skills,
    )
    .unwrap();
    assert_eq!(kept.after_a_kill(), kept.snapshot(), "begun");
    while !copy.go_on(&kept.store, 1).unwrap() {
        assert_eq!(kept.after_a_kill(), kept.snapshot(), "copying");
    }
    assert_eq!(kept.after_a_kill(), kept.snapshot(), "copied");
    copy.sync().unwrap();
    assert_eq!(kept.after_a_kill(), kept.snapshot(), "synced");
    let before = kept.log.chain.length();
    kept.log.chain = copy.put_in_place(&kept.log.path).unwrap();
    assert_eq!(kept.after_a_kill(), kept.snapshot(), "in place");
    assert!(kept.log.chain.length() < before);
    kept.step(40);
    assert_eq!(kept.after_a_kill(), kept.snapshot(), "gone on");
}

#[test]
fn a_log_is_bounded_by_what_is_alive() {
    let mut kept = Kept::new();
    kept.change(|store| drop(store.create_run(a_run(), Timestamp::default())));
    let id = kept
        .store
        .snapshot()
        .0
        .iter()
        .find_map(|record| match record {
            StateRecord::Run(run) => Some(run.id().to_owned()),
            _ => None,
        });
    let patch = RunPatch {
        name: Some("x".repeat(2000)),
        ..RunPatch::default()
    };
    let now = Timestamp::default();
    let mut shortened = 0;
    for _ in 0..2500 {
        let before = kept.log.chain.length();
        kept.change(|store| drop(store.update_run(id.as_ref().unwrap(), patch.clone(), now)));
        let after = kept.log.chain.length();
        shortened += usize::from(after < before);
        assert!(after < bound(8 * 1024) + SMALL / 4, "{after}");
    }
    assert!(shortened >= 2, "{shortened}");
    assert_eq!(kept.after_a_kill(), kept.snapshot());
}

#[test]
fn a_log_that_was_left_long_is_shortened_at_the_start() {
    let mut kept = Kept::new();
    kept.log.bound = u64::MAX;
    let now = Timestamp::default();
    kept.change(|store| drop(store.create_run(a_run(), now)));
    for number in 0..6000 {
        kept.change(|store| store.set_wild_mode(number % 2 == 0, now));
    }
    let long = kept.log.chain.length();
    assert!(long > bound(0), "{long}");
    kept.log.shorten(&kept.store, &kept.skills);
    assert!(kept.log.chain.length() < long / 100);
    assert_eq!(kept.after_a_kill(), kept.snapshot());
}

#[test]
fn a_log_that_cannot_be_copied_goes_on() {
    let mut kept = Kept::new();
    let place = place_of(&kept.log.path);
    std::fs::create_dir(&place).unwrap();
    kept.log.bound = 0;
    kept.step(0);
    assert!(kept.log.copy.is_none());
    assert!(kept.log.bound > kept.log.chain.length());
    std::fs::remove_dir(&place).unwrap();
    kept.step(1);
    assert_eq!(kept.after_a_kill(), kept.snapshot());
}

#[test]
fn what_is_restored_ends_a_copy() {
    let mut kept = Kept::new();
    kept.log.bound = 0;
    kept.step(0);
    assert!(kept.log.copy.is_some());
    let snapshot = kept.snapshot();
    kept.log.replace(&snapshot.0).unwrap();
    assert!(kept.log.copy.is_none() && !place_of(&kept.log.path).exists());
    kept.step(1);
    assert_eq!(kept.after_a_kill(), kept.snapshot());
}
