package io.keepalive.cli.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Draws a scene as lines of at most 79 columns; all scenes of a story are equally high. */
record Screen(Narrator narrator, Look look) {
    /** Between the borders of one panel, and a space on each side. */
    private static final int INNER = 34;

    private static final int LABEL = 10;
    private static final int BAR = 16;
    /** One line for each event but refreshes, two for the vanished write. */
    private static final int EVENTS = 6;

    List<String> draw(Scene scene) {
        List<String> lines = new ArrayList<>();
        List<String> left = panel(scene, Side.PLAIN);
        List<String> right = panel(scene, Side.KEPT);
        for (int line = 0; line < left.size(); line++) {
            lines.add(" " + left.get(line) + " " + right.get(line));
        }
        lines.add("");
        lines.add("  " + look.bold(narrator.caption(scene)));
        lines.add("");
        List<String> told = scene.events().stream()
                .filter(event -> !(event instanceof Event.Refreshed))
                .map(this::tell)
                .flatMap(List::stream)
                .toList();
        for (int line = 0; line < EVENTS; line++) {
            lines.add(line < told.size() ? told.get(line) : "");
        }
        return lines;
    }

    private List<String> tell(Event event) {
        List<String> lines = narrator.tell(event);
        if (event instanceof Event.Forgotten || event instanceof Event.Unanswered || event instanceof Event.Lost) {
            return lines.stream().map(look::red).toList();
        }
        return event instanceof Event.Answered ? lines.stream().map(look::green).toList() : lines;
    }

    private List<String> panel(Scene scene, Side side) {
        Scene.View view = scene.views().of(side);
        Facts.Connection seen = scene.facts().connections().of(side);
        Box box = scene.box();
        List<String> rows = new ArrayList<>();
        rows.add(look.top(side.word(), INNER + 2));
        rows.add(row(box.word(), memory(seen.remaining(), scene.idleTimeout())));
        rows.add(act(view));
        rows.add(row("refreshed", refreshes(view.refreshes(), box)));
        rows.add(row("client", cell(seen.clientSocket())));
        rows.add(row("server", cell(seen.serverSocket())));
        rows.add(row("kernel", cell(seen.kernel())));
        rows.add(look.bottom(INNER + 2));
        return rows;
    }

    private String memory(Optional<Duration> remaining, Duration idleTimeout) {
        if (remaining.isEmpty()) {
            return look.red(cell("FORGOTTEN"));
        }
        Duration left = remaining.get();
        long filled = Math.min(BAR, (left.toMillis() * BAR + idleTimeout.toMillis() - 1) / idleTimeout.toMillis());
        return look.green(look.bar((int) filled, BAR)) + padded("  " + left.toSeconds() + " s", INNER - LABEL - BAR);
    }

    private String act(Scene.View view) {
        String quiet = view.quiet().toSeconds() + " s";
        return switch (view.act()) {
            case IDLE -> row("idle", cell(quiet));
            case WAITING -> row("waiting", look.yellow(cell(quiet + " for an answer")));
            case ANSWERED -> row("idle", look.green(cell("no more: ANSWERED")));
        };
    }

    private static String refreshes(long refreshes, Box box) {
        return cell(refreshes == 0 ? "never" : refreshes + "x by a " + box.refresh());
    }

    private String row(String label, String cell) {
        return look.vertical() + " " + look.dim(padded(label, LABEL)) + cell + " " + look.vertical();
    }

    /** Padded before it is coloured: escape codes have no width. */
    private static String cell(String text) {
        return padded(text, INNER - LABEL);
    }

    private static String padded(String text, int width) {
        return text.length() >= width ? text.substring(0, width) : text + " ".repeat(width - text.length());
    }
}
