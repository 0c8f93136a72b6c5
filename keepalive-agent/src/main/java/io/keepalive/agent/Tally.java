package io.keepalive.agent;

import io.keepalive.KeepAliveOption;
import io.keepalive.agent.Rule.Direction;
import io.keepalive.socket.KeepAliveReport;
import io.keepalive.socket.LaterCall;
import io.keepalive.socket.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * Counts what was done. Holds no address, and nothing that grows with the number of connections: kinds, rules, values and
 * the first few distinct texts. Thread-safe.
 */
final class Tally {
    /** Distinct texts of one sort that are kept; what comes after is counted together. */
    private static final int TEXTS = 30;

    private static final String FURTHER = "others";

    private record Connections(Rule rule, Direction direction, String kind) {}

    /** Counts the connections of one rule, direction and kind. */
    static final class Group {
        private final AtomicLong met = new AtomicLong();
        private final LongAdder unread = new LongAdder();
        private final LongAdder inherited = new LongAdder();

        /** One more: returns which one it is, from 1. */
        long met() {
            return met.incrementAndGet();
        }

        /** It was set, and what it holds was not read back. */
        void unread() {
            unread.increment();
        }

        /** It was accepted from a listener that holds the policy; what it holds itself was not read back. */
        void inherited() {
            inherited.increment();
        }
    }

    private record Held(Rule rule, KeepAliveOption option, OptionalLong effective, Outcome outcome, String advice) {}

    private final Map<Connections, Group> connections = new ConcurrentHashMap<>();
    private final Map<Held, LongAdder> held = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> laterCalls = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> failures = new ConcurrentHashMap<>();
    private final Consumer<String> news;
    private final Consumer<String> warnings;

    /**
     * Makes one.
     *
     * @param news receives each call of the program that is the first of its sort
     * @param warnings receives each failure that is the first of its sort
     */
    Tally(Consumer<String> news, Consumer<String> warnings) {
        this.news = news;
        this.warnings = warnings;
    }

    Group group(Rule rule, Direction direction, String kind) {
        Connections key = new Connections(rule, direction, kind);
        Group group = connections.get(key);
        return group != null ? group : connections.computeIfAbsent(key, ignored -> new Group());
    }

    /** What became of a connection that was read back. */
    void readBack(Rule rule, KeepAliveReport report) {
        for (KeepAliveReport.Entry entry : report.entries()) {
            if (entry.outcome() != Outcome.NOT_REQUESTED) {
                Held key = new Held(rule, entry.option(), entry.effective(), entry.outcome(), entry.advice());
                // Values come from programs: bounded as texts are.
                if (held.containsKey(key) || held.size() < 10 * TEXTS) {
                    count(held, key);
                }
            }
        }
    }

    void laterCall(String kind, LaterCall call) {
        countText(laterCalls, kind + ": " + call.entry().advice(), news);
    }

    void failure(Throwable e) {
        failure(e.toString());
    }

    void failure(String text) {
        countText(failures, text, warnings);
    }

    private static void countText(Map<String, LongAdder> counters, String text, Consumer<String> firsts) {
        boolean known = counters.containsKey(text);
        if (!known && counters.size() >= TEXTS) {
            count(counters, FURTHER);
            return;
        }
        count(counters, text);
        if (!known) {
            firsts.accept(text);
        }
    }

    private static <K> void count(Map<K, LongAdder> counters, K key) {
        LongAdder counter = counters.get(key);
        if (counter == null) {
            counter = counters.computeIfAbsent(key, ignored -> new LongAdder());
        }
        counter.increment();
    }

    /** Whether there is anything to tell. */
    boolean isEmpty() {
        return connections.isEmpty() && failures.isEmpty();
    }

    /** All connections met, those left alone too. */
    long total() {
        return connections.values().stream().mapToLong(group -> group.met.get()).sum();
    }

    /** What a program can do with the numbers, for JMX. */
    Map<String, Long> byKind() {
        Map<String, Long> result = new TreeMap<>();
        connections.forEach((key, group) -> result.merge(label(key), group.met.get(), Long::sum));
        return result;
    }

    Map<String, Long> laterCalls() {
        return sums(laterCalls);
    }

    Map<String, Long> failures() {
        return sums(failures);
    }

    private static Map<String, Long> sums(Map<String, LongAdder> counters) {
        Map<String, Long> result = new TreeMap<>();
        counters.forEach((key, count) -> result.put(key, count.sum()));
        return result;
    }

    private static String label(Connections key) {
        return key.kind() + (key.direction() == Direction.TO ? " opened" : " accepted");
    }

    /** The counts, line by line. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        connections.keySet().stream()
                .map(Connections::rule)
                .distinct()
                .sorted(Comparator.comparing(Rule::text))
                .forEach(rule -> ruleLines(rule, lines));
        textLines("the program's own calls", laterCalls(), lines);
        textLines("failures", failures(), lines);
        if (lines.isEmpty()) {
            lines.add("no connection so far");
        }
        return lines;
    }

    private void ruleLines(Rule rule, List<String> lines) {
        Map<String, Long> kinds = new TreeMap<>();
        LongAdder unread = new LongAdder();
        LongAdder inherited = new LongAdder();
        connections.forEach((key, group) -> {
            if (key.rule().equals(rule)) {
                // In this order: never more unread ones than connections.
                unread.add(group.unread.sum());
                inherited.add(group.inherited.sum());
                kinds.put(label(key), group.met.get());
            }
        });
        long all = kinds.values().stream().mapToLong(Long::longValue).sum();
        lines.add("rule '" + rule + "': " + all + " connections" + (rule.policy() == null ? ", left alone" : "")
                + notReadBack(all, unread.sum(), inherited.sum()));
        kinds.forEach((kind, count) -> lines.add("  " + count + " x " + kind));
        Map<String, Long> options = new TreeMap<>();
        held.forEach((key, count) -> {
            if (key.rule().equals(rule)) {
                options.put(line(key), count.sum());
            }
        });
        options.forEach((option, count) -> lines.add("  " + count + " x " + option));
    }

    private static String notReadBack(long all, long set, long inherited) {
        return set + inherited == 0
                ? ""
                : ", read back: " + (all - set - inherited) + " of " + all
                        + (set == 0 ? "" : ", set without an error: " + set)
                        + (inherited == 0 ? "" : ", inherited from their listener: " + inherited);
    }

    private static String line(Held key) {
        KeepAliveReport.Entry entry = new KeepAliveReport.Entry(
                key.option(), OptionalLong.empty(), key.effective(), key.outcome(), key.advice());
        return entry.toString();
    }

    private static void textLines(String title, Map<String, Long> texts, List<String> lines) {
        if (!texts.isEmpty()) {
            lines.add(title + ":");
            texts.forEach((text, count) -> lines.add("  " + count + " x " + text));
        }
    }
}
