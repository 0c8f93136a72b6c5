package io.keepalive.cli.keep;

import io.keepalive.cli.keep.KeepResult.Outcome;
import io.keepalive.cli.linux.ErrnoException;
import io.keepalive.cli.linux.RemoteSockets;
import io.keepalive.cli.linux.Rights;
import io.keepalive.cli.linux.SocketOptions;
import io.keepalive.cli.linux.SocketOwners.Owner;
import io.keepalive.cli.linux.SystemCalls;
import io.keepalive.socket.Precedence;
import java.util.EnumMap;
import java.util.Map;

/** Carries out a plan on a socket of another process, reads back, and closes what it opened. */
final class ConnectionKeeper {
    private final Wanted wanted;
    private final Precedence precedence;
    private final boolean isDryRun;
    private final Rights rights;

    ConnectionKeeper(Wanted wanted, Precedence precedence, boolean isDryRun, Rights rights) {
        this.wanted = wanted;
        this.precedence = precedence;
        this.isDryRun = isDryRun || precedence == Precedence.OBSERVE;
        this.rights = rights;
    }

    KeepResult keep(RemoteSockets remote, Target target) {
        return reach(remote, target, (calls, descriptor) -> keep(calls, descriptor, target));
    }

    /** Sets back what {@code keep} had found, unless other values have been set since. */
    KeepResult restore(RemoteSockets remote, Target target, Journal.Entry entry) {
        return reach(remote, target, (calls, descriptor) -> {
            SocketOptions current = SocketOptions.read(calls, descriptor);
            if (!current.equals(entry.after())) {
                return new KeepResult(target, Outcome.CHANGED_SINCE, current, current, Map.of(), null);
            }
            if (isDryRun) {
                return new KeepResult(target, Outcome.WOULD_BE_KEPT, current, entry.before(), Map.of(), null);
            }
            Map<PolicyOption, String> failures = set(calls, descriptor, current, entry.before());
            SocketOptions after = SocketOptions.read(calls, descriptor);
            Outcome outcome = after.equals(entry.before()) ? Outcome.RESTORED : Outcome.REJECTED;
            return new KeepResult(target, outcome, current, after, failures, null);
        });
    }

    private KeepResult reach(RemoteSockets remote, Target target, RemoteSockets.Work<KeepResult> work) {
        Owner owner = target.owner();
        long uid = target.socket().uid();
        if (owner == null) {
            return KeepResult.refused(
                    target,
                    rights.canTrace() || uid == rights.uid() ? Refusal.unseen() : Refusal.anotherUsers(uid, rights));
        }
        try {
            return remote.with(owner, target.socket().inode(), work);
        } catch (ErrnoException e) {
            return KeepResult.refused(target, Refusal.of(e.errno(), e.call(), uid, rights));
        }
    }

    private KeepResult keep(SystemCalls calls, int descriptor, Target target) throws ErrnoException {
        SocketOptions before = SocketOptions.read(calls, descriptor);
        KeepPlan plan = KeepPlan.of(before, wanted, precedence, target.settings());
        if (plan.changes().isEmpty()) {
            return new KeepResult(target, Outcome.UNCHANGED, before, before, plan.unchanged(), null);
        }
        if (isDryRun) {
            return new KeepResult(target, Outcome.WOULD_BE_KEPT, before, plan.target(), plan.unchanged(), null);
        }
        Map<PolicyOption, String> unchanged = set(calls, descriptor, before, plan.target());
        SocketOptions after = SocketOptions.read(calls, descriptor);
        Outcome outcome = after.equals(plan.target()) ? Outcome.KEPT : Outcome.REJECTED;
        unchanged.putAll(plan.unchanged());
        return new KeepResult(target, outcome, before, after, unchanged, null);
    }

    /** One option that the kernel rejects does not cost the others. */
    private static Map<PolicyOption, String> set(
            SystemCalls calls, int descriptor, SocketOptions from, SocketOptions to) {
        Map<PolicyOption, String> failures = new EnumMap<>(PolicyOption.class);
        for (PolicyOption option : PolicyOption.values()) {
            if (option.of(from) != option.of(to)) {
                try {
                    calls.setOption(descriptor, option.level(), option.number(), option.of(to));
                } catch (ErrnoException e) {
                    failures.put(option, option.format(option.of(to)) + " rejected by the kernel: " + e.getMessage());
                }
            }
        }
        return failures;
    }
}
