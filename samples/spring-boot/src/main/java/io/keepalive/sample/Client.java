package io.keepalive.sample;

/** A client with a pool, or with one connection, to one server. */
record Client(String name, int port, Use use) {
    /** One request to the server, and its answer. */
    interface Use {
        /** Fails in whatever way the client fails. */
        void run() throws Exception;
    }
}
