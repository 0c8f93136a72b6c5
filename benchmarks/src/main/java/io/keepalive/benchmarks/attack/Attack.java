package io.keepalive.benchmarks.attack;

import io.keepalive.benchmarks.node.Style;
import io.keepalive.lab.NatLab;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Runs rows of the table and prints it. Arguments: the names of rows, or nothing for all of them; {@code --list} prints the
 * names. Ends with 1 if a style of ours is not 0 in a row, with 2 where no row can run.
 */
final class Attack {
    private Attack() {}

    public static void main(String[] args) throws Exception {
        List<Row> all = Stream.of(StopRows.rows(), LoadRows.rows(), LinkRows.rows(), FloodRows.rows(), DeathRows.rows())
                .flatMap(List::stream)
                .toList();
        if (List.of(args).contains("--list")) {
            all.forEach(row -> System.out.printf("%-18s %s%n", row.name(), row.what()));
            return;
        }
        List<String> unknown = Stream.of(args)
                .filter(name -> all.stream().noneMatch(row -> row.name().equals(name)))
                .toList();
        Optional<String> missing = NatLab.missing();
        if (!unknown.isEmpty() || missing.isPresent()) {
            System.err.println(missing.orElse("row: " + unknown + " (expected: names of scripts/attack --list)"));
            System.exit(2);
        }
        List<Tally> tallies = new ArrayList<>();
        for (Row row : all) {
            if (args.length == 0 || List.of(args).contains(row.name())) {
                tallies.add(run(row));
            }
        }
        print(tallies);
        System.exit(tallies.stream().anyMatch(Tally::isFault) ? 1 : 0);
    }

    private static Tally run(Row row) throws Exception {
        System.out.println(row.name() + ": " + row.what());
        Tally tally = new Tally(row.name());
        long startNanos = System.nanoTime();
        row.scenario().run(tally);
        tally.notes().forEach(note -> System.out.println("    " + note));
        System.out.println("    " + (System.nanoTime() - startNanos) / 1_000_000_000 + " s: " + tally);
        return tally;
    }

    private static void print(List<Tally> tallies) {
        List<Style> styles = Style.here();
        System.out.println();
        System.out.println(
                "JDK " + Runtime.version() + ", " + Runtime.getRuntime().availableProcessors() + " processors, Linux "
                        + System.getProperty("os.version"));
        System.out.println();
        System.out.println(
                line(Stream.concat(Stream.of("row", "of"), styles.stream().map(Style::title))));
        System.out.println(line(Stream.generate(() -> "---").limit(styles.size() + 2L)));
        for (Tally tally : tallies) {
            System.out.println(line(Stream.concat(
                    Stream.of(tally.name(), tally.isSkipped() ? "skipped" : Long.toString(tally.chances())),
                    styles.stream().map(tally::cell))));
        }
    }

    private static String line(Stream<String> cells) {
        return cells.collect(Collectors.joining(" | ", "| ", " |"));
    }
}
