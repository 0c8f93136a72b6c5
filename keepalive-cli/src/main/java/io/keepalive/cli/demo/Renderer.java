package io.keepalive.cli.demo;

import java.util.List;

/** Shows a story while it goes on. */
sealed interface Renderer extends AutoCloseable permits LiveRenderer, PlainRenderer {

    /**
     * Shows what is new.
     *
     * @param news the events since the last scene
     */
    void show(Scene scene, List<Event> news);

    /** Leaves the terminal as it was. Idempotent. */
    @Override
    void close();
}
