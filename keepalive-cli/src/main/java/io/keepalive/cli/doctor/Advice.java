package io.keepalive.cli.doctor;

import io.keepalive.cli.linux.SocketOwners.Owner;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * What to do about the connections of one destination.
 *
 * @param destination the peer's address and port, or the own port that peers connect to
 * @param programs those that hold them
 * @param verdicts how many connections have which
 * @param actions a line each, the most urgent first
 */
record Advice(
        String destination,
        int connections,
        List<String> programs,
        Map<Verdict, Integer> verdicts,
        List<String> actions) {

    /** One for each destination with something to do, most connections first. Pure. */
    static List<Advice> of(List<Judged> connections, PathGoal path) {
        Map<String, List<Judged>> groups = new LinkedHashMap<>();
        for (Judged judged : connections) {
            groups.computeIfAbsent(judged.destination(), key -> new ArrayList<>())
                    .add(judged);
        }
        List<Advice> advice = new ArrayList<>();
        groups.forEach((destination, group) -> advice.add(of(destination, group, path)));
        advice.removeIf(each -> each.actions.isEmpty());
        advice.sort(Comparator.comparingInt(Advice::connections).reversed().thenComparing(Advice::destination));
        return advice;
    }

    private static Advice of(String destination, List<Judged> group, PathGoal path) {
        Map<Verdict, Integer> verdicts = new EnumMap<>(Verdict.class);
        TreeSet<String> programs = new TreeSet<>();
        for (Judged judged : group) {
            verdicts.merge(judged.diagnosis().verdict(), 1, Integer::sum);
            judged.facts().owner().map(Owner::program).ifPresent(programs::add);
        }
        List<String> actions = new ArrayList<>();
        verdicts.keySet().forEach(verdict -> actions.addAll(actions(verdict, group, path)));
        return new Advice(
                destination,
                group.size(),
                List.copyOf(programs),
                verdicts,
                actions.stream().distinct().toList());
    }

    private static List<String> actions(Verdict verdict, List<Judged> group, PathGoal path) {
        return switch (verdict) {
            case DYING ->
                List.of("the peer or the path is gone: reconnect; the program hears of it when the kernel gives up");
            case WILL_BE_DROPPED, NOT_KEPT ->
                path.countsProbes()
                        ? List.of(keepCommand(group.get(0), path))
                        : List.of(
                                "this box counts no probes: send application data in time (a heartbeat, the protocol's"
                                        + " ping), or raise its timeout");
            case PEER_CLOSED ->
                List.of(
                        "the program must read the end of the stream and close: look for a leak, or let its pool validate"
                                + " connections before use");
            case STALLED -> List.of("find out why the reading side does not read; keepalive can't help there");
            case KEPT_TO_LOCAL_PROXY ->
                group.stream()
                        .flatMap(judged -> proxy(judged).stream())
                        .distinct()
                        .toList();
            case UNKNOWN -> List.of("run as root to see their options");
            case CONNECTING, CLOSING, LOCAL, KEPT -> List.of();
        };
    }

    private static String keepCommand(Judged first, PathGoal path) {
        String selection = first.acceptedAt() != null
                ? "--port " + first.acceptedAt()
                : "--remote " + first.facts().socket().remote().unmapped();
        return "keepalive keep " + selection + " " + path.policy() + " --watch";
    }

    private static List<String> proxy(Judged judged) {
        ConnectionFacts.LocalEnd end = judged.facts().localEnd();
        return end == null || end.owner() == null || end.onwardConnections() == 0
                ? List.of()
                : List.of("look at the connections of the proxy itself: keepalive doctor --pid "
                        + end.owner().pid());
    }
}
