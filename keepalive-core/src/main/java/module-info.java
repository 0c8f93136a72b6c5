/**
 * The keepalive policy, its application to every JDK TCP socket, and what it tells about lost connections.
 *
 * <p>Plain {@code requires jdk.net}: with {@code requires static} a modular program would run without that module, and
 * every {@code TCP_KEEP*} option would silently be gone.
 */
module io.keepalive.core {
    requires jdk.net;
    requires static org.jspecify;

    exports io.keepalive;
}
