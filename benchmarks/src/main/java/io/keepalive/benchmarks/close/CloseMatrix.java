package io.keepalive.benchmarks.close;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Runs every row of the matrix in two processes, and prints what arrived. Arguments: how many connections a row, 100 unless
 * given; a regular expression that the rows must contain; {@code long} for the rows that take minutes; {@code lab} for two
 * hosts with a NAT between them that loses one packet in a hundred, rather than loopback.
 */
final class CloseMatrix {
    private static final int MIB = 1 << 20;

    /** Rows that take minutes wait more than they work. */
    private static final int SLOW_AT_ONCE = 8;

    private CloseMatrix() {}

    public static void main(String[] args) throws Exception {
        int runs = args.length > 0 ? Integer.parseInt(args[0]) : 100;
        Pattern wanted = Pattern.compile(args.length > 1 ? args[1] : "");
        List<String> more = List.of(args).subList(Math.min(2, args.length), args.length);
        List<Row> rows = rows(runs, more.contains("long")).stream()
                .filter(row -> wanted.matcher(row.toString()).find())
                .toList();
        int faults = 0;
        ExecutorService slow = Executors.newFixedThreadPool(SLOW_AT_ONCE);
        try (Place place = more.contains("lab") ? new Place.Lab(1) : new Place.Loopback()) {
            List<Future<Boolean>> whole = new ArrayList<>();
            for (Row row : rows) {
                if (!row.isSlow()) {
                    faults += run(row, place) ? 0 : 1;
                }
            }
            for (Row row : rows) {
                if (row.isSlow()) {
                    whole.add(slow.submit(() -> run(row, place)));
                }
            }
            for (Future<Boolean> row : whole) {
                faults += row.get() ? 0 : 1;
            }
        }
        slow.shutdown();
        System.out.println(faults == 0 ? "every row is whole" : faults + " rows are not whole");
        System.exit(faults == 0 ? 0 : 1);
    }

    private static List<Row> rows(int runs, boolean isLong) {
        List<Row> rows = new ArrayList<>();
        Stack.all().forEach(stack -> {
            for (boolean tls : stack.hasTls ? new boolean[] {false, true} : new boolean[] {false}) {
                for (boolean server : new boolean[] {false, true}) {
                    rows.add(new Row(stack, tls, server, 1, 0, 100, runs));
                    rows.add(new Row(stack, tls, server, 64 * 1024, 100_000, 100, runs));
                    rows.add(new Row(stack, tls, server, MIB, 0, 100, runs));
                    rows.add(new Row(stack, tls, server, MIB, 300_000, 1000, runs));
                    rows.add(new Row(stack, tls, server, 16 * MIB, 0, 1000, Math.max(1, runs / 10)));
                    if (isLong) {
                        rows.add(new Row(stack, tls, server, MIB, 100_000, 100, runs));
                        rows.add(new Row(stack, tls, server, 16 * MIB, 100_000, 1000, Math.max(1, runs / 20)));
                    }
                }
            }
        });
        return rows;
    }

    /** Whether all that was written arrived; of the stacks that are no control. */
    private static boolean run(Row row, Place place) throws Exception {
        Class<?> first = row.server() ? Writer.class : Reader.class;
        Class<?> second = row.server() ? Reader.class : Writer.class;
        Place.Running listener = place.start(true, first, List.of(row.words()));
        List<String> words = new ArrayList<>(List.of(row.words()));
        words.add(listener.awaitPort().replace("port ", ""));
        List<String> lines = new ArrayList<>(place.start(false, second, words).awaitLines());
        lines.addAll(listener.awaitLines());
        lines.removeIf(line -> line.startsWith("port ") || line.startsWith("SLF4J"));
        System.out.println(
                row + lines.stream().sorted().map(line -> "\n    " + line).collect(Collectors.joining()));
        List<String> results =
                lines.stream().filter(line -> line.startsWith("result ")).toList();
        return row.stack() == Stack.CLOSED_AT_ONCE
                || (!results.isEmpty()
                        && results.stream().allMatch(line -> line.startsWith("result " + row.runs() + " whole, ")));
    }
}
