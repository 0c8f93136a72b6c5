package io.keepalive.netty;

import io.keepalive.loss.Confidence;
import io.keepalive.loss.ConnectionLoss;
import io.keepalive.loss.LossCause;
import io.netty.channel.ConnectTimeoutException;
import java.io.IOException;
import java.net.ConnectException;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds out what an exception of Netty says about a connection. For handlers and listeners of channels without a heartbeat,
 * which says it by itself.
 *
 * <pre>{@code
 * public void exceptionCaught(ChannelHandlerContext ctx, Throwable thrown) {
 *     ChannelLoss.of(thrown).ifPresent(loss -> log.info("{}", loss));
 *     ctx.close();
 * }
 * }</pre>
 *
 * @since 0.1
 */
public final class ChannelLoss {
    /** Of a native transport: the call that failed, the number, the system's words, and perhaps the address. */
    private static final Pattern NATIVE =
            Pattern.compile(".*\\(\\.\\.\\) failed(?: with error\\((?<error>-?\\d+)\\))?: (?<words>.+?)(?:: .*)?");

    /** What Linux makes of ICMP answers that are rare: ENONET, EPROTO, ENOPROTOOPT, EOPNOTSUPP, EHOSTDOWN. */
    private static final Set<String> UNREACHABLE = Set.of("-64", "-71", "-92", "-95", "-112");

    private static final String REFUSED = "-111";

    private ChannelLoss() {}

    /**
     * {@link ConnectionLoss#of(Throwable)} for what Netty throws: its native transports and its failures to connect have texts of their
     * own.
     *
     * @param thrown what a handler was given, or what a future failed with; its causes are looked at too
     * @return empty if it does not say that the connection is gone
     */
    public static Optional<ConnectionLoss> of(Throwable thrown) {
        if (thrown instanceof ConnectTimeoutException) {
            return Optional.of(new ConnectionLoss(LossCause.CONNECT_TIMEOUT, Confidence.HIGH, thrown.toString()));
        }
        Matcher message = NATIVE.matcher(String.valueOf(thrown.getMessage()));
        if (!(thrown instanceof IOException) || !message.matches()) {
            return ConnectionLoss.of(thrown);
        }
        String error = String.valueOf(message.group("error"));
        if (UNREACHABLE.contains(error) || (REFUSED.equals(error) && !(thrown instanceof ConnectException))) {
            // ICMP also says "refused" of a connection that was there: of its port.
            return Optional.of(new ConnectionLoss(LossCause.UNREACHABLE, Confidence.LOW, thrown.toString()));
        }
        return ConnectionLoss.of(inWords(message.group("words"), thrown));
    }

    /** As the JDK would have thrown it. Without a cause: the classes and texts of Netty would be taken for more precise. */
    private static IOException inWords(String words, Throwable thrown) {
        return thrown instanceof ConnectException ? new ConnectException(words) : new IOException(words);
    }
}
