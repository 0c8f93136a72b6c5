package io.keepalive.cli.demo;

/** What stands between client and server, and what keeps it from forgetting: the words for them. */
enum Box {
    NAT("NAT", "probe"),
    /** A NAT, and a relay beside the client that keeps the connection of an unchanged program. */
    NAT_AND_RELAY("NAT", "probe"),
    PROXY("proxy", "heartbeat");

    private final String word;
    private final String refresh;

    Box(String word, String refresh) {
        this.word = word;
        this.refresh = refresh;
    }

    String word() {
        return word;
    }

    /** What the kept connection sends while its program says nothing. */
    String refresh() {
        return refresh;
    }
}
