//! Words of planning notes, of preparation, and of what is compared with what.

use super::{Entry, Topic};

pub(super) static ENTRIES: &[Entry] = &[
    Entry {
        topic: Topic::Findings,
        about: "codebase findings, in the planning notes",
        rules: &["PLN003", "PLN018"],
        terms: "constat*, hallazgo*, befund*, erkenntnis*, tour, walkthrough, existing pages, \
            looks like today, as it stands, project state, source tree, where we stand, \
            reconnaissance, recon, 代码, 发现, 现状, finding*, code*, repository, repo, \
            existing module*, existing script*, existing code, entry point*, observ*, \
            architecture, current state, discover*, what is here, what exists, what we have, \
            survey*, inventory, context",
    },
    Entry {
        topic: Topic::Risks,
        about: "risks and assumptions, in the planning notes",
        rules: &["PLN003", "PLN018"],
        terms: "bite us, danger*, premise*, presum*, presupposed*, supuesto*, trap, traps, \
            worr*, watch out, could fail, suppos*, riesgo*, risiken, risiko, annahme*, risque*, \
            suposicion*, weak point*, blind spot*, gotcha*, beware, failure mode*, obstacle*, \
            what we take, taken for granted, 风险, 假设, risk*, assum*, caveat*, unknown*, threat*, \
            pitfall*, uncertain*, go wrong, concern*, open question*, limitation*, hazard*",
    },
    Entry {
        topic: Topic::Root,
        about: "experiment root and logging layout, in the planning notes",
        rules: &["PLN003", "PLN018", "LAY001"],
        terms: "where it all, where it goes, scratch, where results, where files, \
            where outputs, where we put, where we write, where to put, output location*, \
            output path*, output tree, storage, dossier*, racine, journaux, raiz, raíz, registros, \
            carpeta*, wurzel*, ablage*, verzeichnis*, ordner*, housekeeping, 目录, 根目录, 日志, root, \
            layout*, logging, logs, artifact*, artefact*, folder*, director*, where things, \
            where everything, file organi*",
    },
    Entry {
        topic: Topic::Baseline,
        about: "baselines",
        rules: &["PLN017", "REF003"],
        terms: "comparator*, compare against, compared against, measured against, \
            judged against, reference measurement*, reference value*, incumbent*, current model, \
            current method, existing method, existing model, present model, present method, \
            counterfactual, null model, trivial predictor, no op run*, plain version, plain model, \
            starting point, as control, as the control, as a control, yardstick*, \
            point of reference, reference point, reference method, reference solution, \
            reference number*, for reference, point of comparison, comparison point, \
            benchmark to beat, starting model, untouched, unchanged, without changes, baseline*, \
            base line*, control run*, control arm, control group, control condition*, \
            control config*, control job*, reference run*, reference config*, reference model*, \
            reference implementation, reference arm, vanilla, status quo, unmodified, \
            default config*, default setting*, as is, stock model, stock config*, \
            current default*, naive",
    },
    Entry {
        topic: Topic::Proposed,
        about: "the proposed or main method",
        rules: &["PLN017", "REF003"],
        terms: "propos*, main method*, main experiment*, main run*, main sweep, our method, \
            candidate*, treatment, new method, variant*, intervention, novel, challenger*, \
            main grid, the method, main configuration*, main comparison, improved, main arm, \
            experimental arm, main model, alternative, enhanced, main approach, new approach, \
            our approach, hypothes*, main evaluation, main benchmark*",
    },
    Entry {
        topic: Topic::LookingBack,
        about: "reflection, analysis and reporting, which speak of runs and are none",
        rules: &["PLN017", "PLN020", "REF003"],
        terms: "reflect*, midpoint, mid point, half way, halfway, interim, checkpoint review, \
            ablat*, sensitiv*, leave one out, aggregate*, summari*, report*, plot*, statist*, \
            error analysis, significance, confidence interval*, bootstrap*, compare",
    },
    Entry {
        topic: Topic::Starting,
        about: "starting experiments",
        rules: &["PLN017", "PLN020", "REF003", "FLW003"],
        terms: "kick off, kicks off, kicking off, dispatch*, submission of, fire off, \
            set off the, schedule the runs, enqueue*, queue the, queue all, queue one, \
            register the run*, register runs, register one run, launch, start the, start every, \
            start each, start all, create the runs, create runs, create one run, \
            create the baseline, baseline run*, run the baseline*, run baseline*, submit*, \
            train the, train a, evaluate the, execute*",
    },
    Entry {
        topic: Topic::Environment,
        about: "isolated environments",
        rules: &["PLN019"],
        terms: "uv, venv*, virtualenv*, virtual environment*, micromamba, conda, mamba, \
            module load, environment module*, modules, lmod, poetry, pixi, pipenv, isolated, \
            container*, docker, apptainer, singularity, nix, set up the environment, \
            set up environment, environment setup, python environment*",
    },
    Entry {
        topic: Topic::Understanding,
        about: "understanding or refactoring code",
        rules: &["PLN020"],
        terms: "verify how, verify where, see how, see where, confirm how, follow the, find where, find out, find the, find every, find all, sketch*, \
            draw*, figure out, look*, search*, chart*, characteri*, get to know, step through, \
            determine how, determine where, determine which, work out how, enumerate*, count the, \
            count how, collect all, check how, check where, check which, index the, \
            reverse engineer*, skim*, scan the, understand*, read, reading, map, mapping, \
            inspect*, explor*, audit*, trace, tracing, survey*, study, walk through, walkthrough, \
            code map, document, refactor*, extract*, clean up, inventory, identify, catalog*, \
            investigat*, examin*, analyze, analyse, profile*, familiar*, review*, describe*, \
            untangle, list, note, locate, learn*, dissect, prepare the code, isolate, split, \
            code understanding, go through, record how",
    },
];
