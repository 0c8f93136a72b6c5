package io.keepalive.benchmarks.close;

import io.keepalive.testing.TestCertificate;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Runs every row of the matrix in two processes, and prints what arrived. Arguments: how many connections a row, 100 unless
 * given; a regular expression that the rows must contain; {@code long} for the rows that take minutes.
 */
final class CloseMatrix {
    private static final int MIB = 1 << 20;

    private CloseMatrix() {}

    public static void main(String[] args) throws Exception {
        int runs = args.length > 0 ? Integer.parseInt(args[0]) : 100;
        Pattern wanted = Pattern.compile(args.length > 1 ? args[1] : "");
        boolean isLong = args.length > 2 && args[2].equals("long");
        int faults = 0;
        for (Row row : rows(runs, isLong)) {
            if (wanted.matcher(row.toString()).find()) {
                faults += run(row) ? 0 : 1;
            }
        }
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
    private static boolean run(Row row) throws Exception {
        Class<?> first = row.server() ? Writer.class : Reader.class;
        Class<?> second = row.server() ? Reader.class : Writer.class;
        List<String> lines = new ArrayList<>();
        Process listener = start(first, row, null);
        BufferedReader output = output(listener);
        String port = Objects.requireNonNull(output.readLine(), "a port").replace("port ", "");
        Process connector = start(second, row, port);
        output(connector).lines().forEach(lines::add);
        output.lines().forEach(lines::add);
        System.out.println(row);
        lines.stream().sorted().forEach(line -> System.out.println("    " + line));
        return row.stack() == Stack.CLOSED_AT_ONCE
                || lines.stream()
                        .filter(line -> line.startsWith("result "))
                        .allMatch(line -> line.startsWith("result " + row.runs() + " whole, "));
    }

    private static Process start(Class<?> program, Row row, @Nullable String port) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                TestCertificate.ofThisJvm().option(),
                "-cp",
                System.getProperty("java.class.path"),
                program.getName()));
        command.addAll(List.of(row.words()));
        if (port != null) {
            command.add(port);
        }
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static BufferedReader output(Process process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }
}
