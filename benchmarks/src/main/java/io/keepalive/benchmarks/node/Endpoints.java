package io.keepalive.benchmarks.node;

/** How one style listens, connects and is held up by its application. */
interface Endpoints {
    /** Those that {@link #connect} makes, and those of the peers of this program. */
    Connections connections();

    /** Accepts connections on one more port, with the same threads. */
    void listen(int port, Connections accepted) throws Exception;

    /** Makes one connection; its end is reported to {@link #connections}. */
    void connect(String host, int port);

    /** The application, an event loop's or a reader's, does nothing else for so long. */
    void block(long millis);
}
