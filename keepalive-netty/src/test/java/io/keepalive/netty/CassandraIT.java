package io.keepalive.netty;

import static org.assertj.core.api.Assertions.assertThat;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.config.DriverConfigLoader;
import com.datastax.oss.driver.api.core.context.DriverContext;
import com.datastax.oss.driver.api.core.session.ProgrammaticArguments;
import com.datastax.oss.driver.api.core.session.SessionBuilder;
import com.datastax.oss.driver.internal.core.context.DefaultDriverContext;
import com.datastax.oss.driver.internal.core.context.DefaultNettyOptions;
import com.datastax.oss.driver.internal.core.context.NettyOptions;
import io.keepalive.KeepAlive;
import io.keepalive.testing.NeedsServer;
import io.keepalive.testing.ServerProgram;
import io.keepalive.testing.SilentServer;
import io.keepalive.testing.Ss;
import io.netty.bootstrap.Bootstrap;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Cassandra's driver, which hands out its bootstrap when all is set, against a server that never answers. */
@NeedsServer(ServerProgram.SS)
class CassandraIT {
    private static final KeepAlive POLICY = KeepAlive.parse("idle=47s,interval=7s,count=4");

    @Test
    void nettyOptions_keepInPlace_isKept() throws Exception {
        String line = line(new Kept(ChannelKeeper.of(POLICY).strict()));
        System.out.println("Cassandra: " + line);
        assertThat(Ss.secondsToProbe(line)).as(line).isBetween(0.0, 47.0);
    }

    @Test
    void alone_isNotKept() throws Exception {
        String line = line(new Kept(null));
        System.out.println("Cassandra alone: " + line);
        assertThat(line).doesNotContain("keepalive");
    }

    private static String line(Kept builder) throws Exception {
        try (SilentServer server = SilentServer.plain()) {
            SilentServer.begin(() -> builder.addContactPoint(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()))
                    .withLocalDatacenter("here")
                    .build());
            return server.clientLine();
        }
    }

    /** docs/netty.md has this class. */
    static final class Kept extends SessionBuilder<Kept, CqlSession> {
        private final @Nullable ChannelKeeper keeper;

        Kept(@Nullable ChannelKeeper keeper) {
            this.keeper = keeper;
        }

        @Override
        protected DriverContext buildContext(DriverConfigLoader loader, ProgrammaticArguments arguments) {
            return new DefaultDriverContext(loader, arguments) {
                @Override
                protected NettyOptions buildNettyOptions() {
                    return new DefaultNettyOptions(this) {
                        @Override
                        public void afterBootstrapInitialized(Bootstrap bootstrap) {
                            super.afterBootstrapInitialized(bootstrap);
                            if (keeper != null) {
                                keeper.keepInPlace(bootstrap);
                            }
                        }
                    };
                }
            };
        }

        @Override
        protected CqlSession wrap(CqlSession session) {
            return session;
        }
    }
}
