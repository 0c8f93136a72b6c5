package io.keepalive.cli.watch;

/** What becomes of the deaths. Called by the watching thread alone. */
interface WatchView {

    void died(Death death);

    /** Called about once a second, and after each bunch of deaths; writes out what is buffered. */
    void refresh(Summary summary);

    void end(Summary summary);
}
