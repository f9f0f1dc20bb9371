//! The wall `seccomp`: system calls that lead around the other walls or out of the tracer's sight.
//!
//! What is refused is refused in the way in which an older or smaller kernel would, so that libraries
//! do without. One filter has one answer, hence several; the kernel lets calls that no filter looks at
//! pass without running any.

use std::collections::BTreeMap;

use nix::libc;
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule, TargetArch, apply_filter,
};

/// The flag by which a new process leaves its parent's tracer.
const CLONE_UNTRACED: u64 = 0x0080_0000;

/// Socket families that an agent has use for.
const FAMILIES: [i32; 4] = [
    libc::AF_UNIX,
    libc::AF_INET,
    libc::AF_INET6,
    libc::AF_NETLINK,
];

/// Protocols of internet sockets: none named, TCP, UDP, ping. Landlock knows no other streams than TCP's.
const PROTOCOLS: [i32; 5] = [
    0,
    libc::IPPROTO_TCP,
    libc::IPPROTO_UDP,
    libc::IPPROTO_ICMP,
    libc::IPPROTO_ICMPV6,
];

/// Calls that look like ones of a kernel without them.
const UNKNOWN: [libc::c_long; 7] = [
    libc::SYS_clone3,
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    libc::SYS_keyctl,
    libc::SYS_add_key,
    libc::SYS_request_key,
];

/// Calls that are not permitted.
const FORBIDDEN: [libc::c_long; 2] = [libc::SYS_ptrace, libc::SYS_setns];

type Rules = BTreeMap<i64, Vec<SeccompRule>>;

/// Filters this process and all that descend from it, for good.
pub(super) fn filter() -> Result<(), String> {
    let failed = |error: &dyn std::fmt::Display| format!("the filter was refused: {error}");
    let arch = TargetArch::try_from(std::env::consts::ARCH).map_err(|error| failed(&error))?;
    let mut programs: Vec<BpfProgram> = foreign_calls();
    let told = |rules: Rules, action| {
        let filter = SeccompFilter::new(rules, SeccompAction::Allow, action, arch)
            .map_err(|error| failed(&error))?;
        BpfProgram::try_from(filter).map_err(|error| failed(&error))
    };
    for (answer, rules) in answers().map_err(|error| failed(&error))? {
        programs.push(told(rules, SeccompAction::Errno(answer.unsigned_abs()))?);
    }
    for program in programs {
        apply_filter(&program).map_err(|error| failed(&error))?;
    }
    Ok(())
}

/// What is refused, by the answer that it gets.
fn answers() -> Result<Vec<(libc::c_int, Rules)>, seccompiler::BackendError> {
    let whole = |calls: &[libc::c_long]| calls.iter().map(|call| (*call, Vec::new())).collect();
    let mut forbidden: Rules = whole(&FORBIDDEN);
    forbidden.insert(libc::SYS_clone, vec![bit(0, CLONE_UNTRACED)?]);
    #[allow(
        clippy::unnecessary_cast,
        reason = "the type of requests differs between C libraries"
    )]
    let typing = [libc::TIOCSTI, libc::TIOCLINUX].map(|request| is(1, request as u64));
    forbidden.insert(
        libc::SYS_ioctl,
        typing
            .into_iter()
            .map(|request| SeccompRule::new(vec![request?]))
            .collect::<Result<_, _>>()?,
    );
    let fast_open = libc::MSG_FASTOPEN as u64;
    let sends = [
        (libc::SYS_sendto, 3),
        (libc::SYS_sendmsg, 2),
        (libc::SYS_sendmmsg, 3),
    ];
    let sends = sends.map(|(call, flags)| Ok((call, vec![bit(flags, fast_open)?])));
    let sockets = [libc::SYS_socket, libc::SYS_socketpair];
    let families = sockets.map(|call| Ok((call, vec![none_of(0, &FAMILIES, &[])?])));
    let internet = [libc::AF_INET, libc::AF_INET6];
    let protocols = internet.map(|family| none_of(2, &PROTOCOLS, &[is(0, family as u64)?]));
    forbidden.insert(libc::SYS_prlimit64, vec![limiting_others()?]);
    // Who answers another's calls hides them from the tracer.
    let answering = libc::SECCOMP_FILTER_FLAG_NEW_LISTENER;
    forbidden.insert(libc::SYS_seccomp, vec![bit(1, answering)?]);
    Ok(vec![
        (libc::ENOSYS, whole(&UNKNOWN)),
        (libc::EPERM, forbidden),
        (
            libc::EOPNOTSUPP,
            sends.into_iter().collect::<Result<_, _>>()?,
        ),
        (
            libc::EAFNOSUPPORT,
            families.into_iter().collect::<Result<_, _>>()?,
        ),
        (
            libc::EPROTONOSUPPORT,
            Rules::from([(
                libc::SYS_socket,
                protocols.into_iter().collect::<Result<_, _>>()?,
            )]),
        ),
    ])
}

/// Setting limits of a process that is named. One's own are set without a name, and looking harms nobody.
fn limiting_others() -> Result<SeccompRule, seccompiler::BackendError> {
    let named = SeccompCondition::new(0, SeccompCmpArgLen::Dword, SeccompCmpOp::Ne, 0)?;
    let sets = SeccompCondition::new(2, SeccompCmpArgLen::Qword, SeccompCmpOp::Ne, 0)?;
    SeccompRule::new(vec![named, sets])
}

fn is(argument: u8, value: u64) -> Result<SeccompCondition, seccompiler::BackendError> {
    SeccompCondition::new(
        argument,
        SeccompCmpArgLen::Dword,
        SeccompCmpOp::Eq,
        value & 0xffff_ffff,
    )
}

fn bit(argument: u8, bit: u64) -> Result<SeccompRule, seccompiler::BackendError> {
    let set = SeccompCmpOp::MaskedEq(bit);
    let condition = SeccompCondition::new(argument, SeccompCmpArgLen::Dword, set, bit)?;
    SeccompRule::new(vec![condition])
}

/// The argument is none of `values`, and the other conditions hold.
fn none_of(
    argument: u8,
    values: &[i32],
    others: &[SeccompCondition],
) -> Result<SeccompRule, seccompiler::BackendError> {
    let mut conditions = others.to_vec();
    for value in values {
        conditions.push(SeccompCondition::new(
            argument,
            SeccompCmpArgLen::Dword,
            SeccompCmpOp::Ne,
            *value as u64,
        )?);
    }
    SeccompRule::new(conditions)
}

/// Kills who uses the numbers of the other 64-bit interface of x86, which have the same architecture's
/// name and would pass the other filters unseen.
#[cfg(target_arch = "x86_64")]
fn foreign_calls() -> Vec<BpfProgram> {
    use seccompiler::sock_filter;
    const LOAD: u16 = 0x20;
    const JUMP_IF_SET: u16 = 0x45;
    const RETURN: u16 = 0x06;
    const X32: u32 = 0x4000_0000;
    let step = |code, jt, jf, k| sock_filter { code, jt, jf, k };
    vec![vec![
        // The call's number is the first word of what a filter sees.
        step(LOAD, 0, 0, 0),
        step(JUMP_IF_SET, 0, 1, X32),
        step(RETURN, 0, 0, SeccompAction::KillProcess.into()),
        step(RETURN, 0, 0, SeccompAction::Allow.into()),
    ]]
}

#[cfg(not(target_arch = "x86_64"))]
fn foreign_calls() -> Vec<BpfProgram> {
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_answer_compiles() {
        let arch = TargetArch::try_from(std::env::consts::ARCH).unwrap();
        for (answer, rules) in answers().unwrap() {
            let action = SeccompAction::Errno(answer.unsigned_abs());
            let filter = SeccompFilter::new(rules, SeccompAction::Allow, action, arch).unwrap();
            assert!(BpfProgram::try_from(filter).unwrap().len() > 4);
        }
    }
}
