//! Words of reflection gates.

use super::{Entry, Topic};

pub(super) static ENTRIES: &[Entry] = &[
    Entry {
        topic: Topic::Midpoint,
        about: "the midpoint",
        rules: &["REF001", "REF002", "REF003", "REF004", "REF005", "REF006"],
        terms: "midpoint*, mid point*, mid run, midrun, mid way, midway, half way, halfway, \
            half time, halftime, mid course, mid experiment*, mid plan, mid project, mid study, \
            mid campaign, mid session, mid term, midterm, mid sweep, middle reflection, \
            middle of the",
    },
    Entry {
        topic: Topic::Interim,
        about: "names of a midpoint that only count for a reflection, review or gate",
        rules: &["REF001", "REF002", "REF003", "REF004", "REF005", "REF006"],
        terms: "interim, checkpoint reflection*, checkpoint review*, checkpoint gate*, \
            checkpoint and, checkpoint decision*, checkpoint assessment, reflection checkpoint, \
            review checkpoint, decision checkpoint, intermediate, first reflection, \
            reflection gate 1, gate 1, reflection 1, go no go, early reflection, first gate, \
            first review",
    },
    Entry {
        topic: Topic::Final,
        about: "the end of the plan",
        rules: &["REF001", "REF002", "REF004", "REF005", "REF006"],
        terms: "final*, closing, close out, closeout, conclud*, last reflection, last review, \
            last gate, end of plan, end of the plan, end of study, end of project, \
            end of campaign, end reflection, end point, endpoint reflection, end review, end gate, \
            wrap up, overall reflection, overall review, retrospective*, post mortem*, \
            postmortem*, lessons learned, second reflection, reflection gate 2, gate 2, \
            second gate, reflection 2",
    },
    Entry {
        topic: Topic::Reflection,
        about: "reflecting, reviewing, deciding",
        rules: &["REF001", "REF002", "REF004", "REF005", "REF006"],
        terms: "reflect*, review*, gate*, retrospect*, post mortem*, postmortem*, take stock, \
            stock taking, stocktaking, assess*, decid*, decision*, replan*, re plan*, go no go, \
            stop or continue, continue or, continue versus, check in, revisit*, checkpoint, \
            lessons learned, evaluate progress, evaluation of progress, judge*, look back, \
            sanity check*, pause, debrief*, audit*",
    },
    Entry {
        topic: Topic::Evidence,
        about: "inspecting evidence",
        rules: &["REF004"],
        terms: "evidence, inspect*, examin*, look at, looks at, looking at, look over, \
            look into, look through, consult*, scrutin*, read, reads, reading, reread, re read, \
            revisit, review the, review all, review both, review every, review results, \
            review run*, review metric*, review baseline*, review its, review what, review how, \
            review whether, review primary, review learning, review training, review exp, \
            reviews the, reviewing, compare, comparing, compares, check the, check all, \
            check whether, check both, check baseline*, check metrics, check results, check each, \
            check every, checking, go over, go through, going through, pull up, study, studies, \
            studying, based on, base it on, base the decision on, open the, weigh*, analyse, \
            analyze, analysing, analyzing, evaluate the, evaluate all, evaluate whether, \
            assess the, assess all, assess whether, consider the, considering, using the, use the, \
            in the light of, in light of, from the results, look for, plots of, with the results, \
            given the results, hold the, set against, against the, walk through, line up, \
            contrast, verify, cross check, tabulate, plot",
    },
    Entry {
        topic: Topic::FollowUps,
        about: "adding tasks or phases",
        rules: &["REF005"],
        terms: "follow up*, followup*, add task*, add a task*, add new, add a new, add phase*, \
            add a phase, add extra, add further, add more, add another, add one, add two, \
            add three, add ablation*, add seeds, add runs, add at most, add up to, add p1, add p2, \
            add p3, add p4, add p5, add p6, adds a, adds task*, adding task*, adding phase*, \
            adding a, added task*, add targeted, add repair, add tuning, add debugging, \
            add additional, add corrective, new task*, new phase*, additional task*, \
            additional phase*, additional run*, additional seed*, additional experiment*, \
            additional work, extra task*, extra phase*, extra run*, extra seed*, more task*, \
            more phases, further task*, further phase*, further run*, further work, \
            further experiment*, append*, insert*, extend the plan, extend the phase*, \
            extend this plan, extend with, extension phase, extension task*, spawn*, open a phase, \
            open a new, open another, open a task, open task*, schedule a, schedule extra, \
            schedule more, schedule another, queue a, queue extra, queue more, plan a phase, \
            plan another, plan additional, plan extra, phase 7, tasks are added, task is added, \
            phase is added, tasks get added, tasks to add, tasks or phases, task or phase, \
            tasks or a phase, create task*, create new task*, create a task, write task*, \
            write new task*, backlog",
    },
    Entry {
        topic: Topic::Criteria,
        about: "criteria of a decision, by name",
        rules: &["REF006"],
        terms: "criteri*, go no go, decision rule*, threshold*, stopping rule*, stop rule*, \
            kill rule*, rule for continuing, decision boundary, exit condition*, \
            continue condition*, replan condition*, acceptance bar, continue if, continue when, \
            continue only, continue unless, continue as planned if, proceed if, proceed when, \
            proceed only, proceed unless, go on if, go on when, carry on if, keep going if, \
            replan if, replan when, replan unless, re plan if, re plan when, otherwise replan, \
            otherwise re plan, else replan, else re plan, replan otherwise, stop if, stop when, \
            replan only, replan whenever, replan as soon as",
    },
    Entry {
        topic: Topic::Continue,
        about: "continuing",
        rules: &["REF006"],
        terms: "the work ends, work ends, ends when, ends if, end when, end if, publish*, \
            merge, settled, wind up, call it done, done when, call it a day, go forward, keep on, \
            push on, roll on, no change of plan, unchanged plan, continu*, proceed*, go ahead, \
            go on, goes on, carry on, keep going, keep the plan, keep to the plan, stay on, \
            stay the course, advance*, move on, moves on, press on, accept*, conclude*, finish*, \
            ship*, adopt*, resume, stick to, stick with, hold the course, hold course, sign off, \
            declare*, done if, complete if",
    },
    Entry {
        topic: Topic::Replan,
        about: "replanning",
        rules: &["REF006"],
        terms: "planned anew, plan anew, plan again, new plan, start over, another plan, \
            back off, reconsider*, steer*, reshap*, rescop*, reprioriti*, re prioriti*, scrap*, \
            drop the, replan*, re plan*, revis*, rework*, redesign*, re design*, redo, \
            change course, change the plan, change plan, pivot*, rethink*, adjust*, \
            modify the plan, rewrite*, roll back, rollback, stop, stops, abort*, abandon*, \
            switch*, halt*, go back, back to, fall back, return to, restart*, re scope, reorder*, \
            restructur*",
    },
    Entry {
        topic: Topic::Condition,
        about: "a condition",
        rules: &["REF006"],
        terms: "if, when, whenever, unless, where, otherwise, else, in case, once, as long as, \
            only, provided, should, while, as soon as, iff",
    },
];
