package io.keepalive.cli.relay.io;

import io.keepalive.KeepAlive;
import io.keepalive.cli.option.CidrBlock;
import io.keepalive.cli.relay.proxy.ProxyHeader;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What holds for all connections of a relay.
 *
 * @param clientPolicy of the legs to clients
 * @param targetPolicy of the legs to targets
 * @param allow blocks that clients may come from; empty for all
 * @param maxConnections relayed at a time; more are reset
 * @param connectTimeout for the PROXY header, the look-up and all addresses of a target together
 * @param acceptProxy whether clients send a PROXY header
 * @param sendProxy version of the PROXY header for targets; null for none
 * @param framing of the legs to other relays; null if there are none
 * @param threads selector loops
 * @param bufferBytes what may wait for slow peers before less is read at a time
 */
public record RelaySettings(
        KeepAlive clientPolicy,
        KeepAlive targetPolicy,
        List<CidrBlock> allow,
        int maxConnections,
        Duration connectTimeout,
        boolean acceptProxy,
        ProxyHeader.@Nullable Version sendProxy,
        @Nullable Framing framing,
        int threads,
        long bufferBytes) {}
