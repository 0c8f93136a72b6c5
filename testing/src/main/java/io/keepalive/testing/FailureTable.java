package io.keepalive.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Failures that were made to happen, with the cause and confidence that were found. With the system property
 * {@code keepalive.failures} they are appended to that file, from which {@code scripts/failure-table} makes docs/failures.md.
 */
public final class FailureTable {
    private static final String PROPERTY = "keepalive.failures";

    private final List<Row> rows = new ArrayList<>();

    /** What was made of a finding. */
    public enum Mark {
        RIGHT,
        /** Nothing was claimed. */
        UNKNOWN,
        /** Wrong, and said to be unsure. */
        UNSURE,
        WRONG
    }

    /**
     * One failure.
     *
     * @param end what happened
     * @param kind the socket or client
     * @param call what failed, such as read
     * @param found the cause and the confidence
     */
    public record Row(String end, String kind, String call, String found, String thrown, Mark mark) {
        @Override
        public String toString() {
            return mark + ": " + end + ", " + kind + ", " + call + ": " + found + " of " + thrown;
        }
    }

    /** Whether the table is being made, so that trials that take long are wanted, too. */
    public static boolean isWanted() {
        return System.getProperty(PROPERTY) != null;
    }

    /**
     * Adds a finding.
     *
     * @param right the causes that are true
     * @param cause the cause that was found
     * @param isSure whether the confidence is HIGH
     */
    public synchronized void add(
            String end, String kind, String call, Set<String> right, String cause, boolean isSure, Object thrown) {
        Mark mark;
        if (right.contains(cause)) {
            mark = Mark.RIGHT;
        } else if (isSure) {
            mark = Mark.WRONG;
        } else {
            mark = cause.equals("UNKNOWN") ? Mark.UNKNOWN : Mark.UNSURE;
        }
        rows.add(new Row(end, kind, call, cause + (isSure ? " HIGH" : " LOW"), clean(thrown), mark));
    }

    private static String clean(Object thrown) {
        return String.valueOf(thrown).replaceAll("[\t\n]", " ").replaceAll(":\\d{4,5}\\b", ":PORT");
    }

    public synchronized List<Row> rows() {
        return List.copyOf(rows);
    }

    /** The rows of a mark. */
    public synchronized List<Row> rows(Mark mark) {
        return rows.stream().filter(row -> row.mark() == mark).toList();
    }

    /** Prints what is not right, with the counts, and appends all rows to the file if one is wanted. */
    public synchronized void print(String title) throws IOException {
        rows.stream().filter(row -> row.mark() != Mark.RIGHT).forEach(System.out::println);
        Map<Mark, Long> counts =
                rows.stream().collect(Collectors.groupingBy(Row::mark, TreeMap::new, Collectors.counting()));
        System.out.println(title + ": " + rows.size() + " failures " + counts);
        String file = System.getProperty(PROPERTY);
        if (file != null) {
            List<String> lines = rows.stream()
                    .map(row -> String.join(
                            "\t",
                            title,
                            row.end(),
                            row.kind(),
                            row.call(),
                            row.found(),
                            row.mark().name(),
                            row.thrown()))
                    .toList();
            Files.write(Path.of(file), lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
    }
}
