package io.keepalive.cli.demo;

import java.io.PrintStream;
import java.util.List;

/** Prints events as they come: for files, pipes, and readers who scroll back. */
final class PlainRenderer implements Renderer {
    private final PrintStream out;
    private final Narrator narrator;

    PlainRenderer(PrintStream out, Narrator narrator) {
        this.out = out;
        this.narrator = narrator;
    }

    @Override
    public void show(Scene scene, List<Event> news) {
        news.stream().map(narrator::tell).flatMap(List::stream).forEach(out::println);
    }

    @Override
    public void close() {
        out.flush();
    }
}
