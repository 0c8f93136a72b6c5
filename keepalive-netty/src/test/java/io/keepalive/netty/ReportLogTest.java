package io.keepalive.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.KeepAlive;
import io.keepalive.socket.KeepAliveReport;
import io.keepalive.socket.SocketKeeper;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

/** What operators see. */
class ReportLogTest {
    private final Recorder recorder = new Recorder();
    private final ReportLog log = new ReportLog(recorder);
    private final EmbeddedChannel channel = new EmbeddedChannel();

    @AfterEach
    void close() {
        channel.finish();
    }

    @Test
    void allApplied_isForDebugging() throws Exception {
        log.accept(channel, KeepAliveReport.inspect(new NoOptions(channel, "none")));

        assertThat(recorder.lines).singleElement().asString().startsWith("DEBUG [id: 0xembedded");
    }

    @Test
    void failures_areWarnedAboutOnceOfAKind() throws Exception {
        log.accept(channel, failed("idle=30s"));
        log.accept(channel, failed("idle=40s"));
        log.accept(channel, failed("off"));

        assertThat(recorder.lines).hasSize(3);
        assertThat(recorder.lines.get(0))
                .startsWith("WARN")
                .contains("not kept as asked for", "TCP_KEEPIDLE UNSUPPORTED");
        assertThat(recorder.lines.get(1)).startsWith("DEBUG").contains("requested 40s");
        assertThat(recorder.lines.get(2)).startsWith("WARN");
    }

    @Test
    void strayOption_isWarnedAboutOnce() throws Exception {
        log.warnOnce("option(x, 1): y");
        log.warnOnce("option(x, 1): y");

        assertThat(recorder.lines).containsExactly("WARN option(x, 1): y (logged once)");
    }

    private KeepAliveReport failed(String policy) throws java.io.IOException {
        return SocketKeeper.of(KeepAlive.parse(policy)).keep(new NoOptions(channel, "none here"));
    }

    private static final class Recorder extends LegacyAbstractLogger {
        private static final long serialVersionUID = 1;

        final transient List<String> lines = new ArrayList<>();

        @Override
        protected void handleNormalizedLoggingCall(
                Level level,
                @Nullable Marker marker,
                String pattern,
                Object @Nullable [] arguments,
                @Nullable Throwable throwable) {
            lines.add(level + " " + MessageFormatter.basicArrayFormat(pattern, arguments));
        }

        @Override
        protected String getFullyQualifiedCallerName() {
            return Recorder.class.getName();
        }

        @Override
        public boolean isTraceEnabled() {
            return true;
        }

        @Override
        public boolean isDebugEnabled() {
            return true;
        }

        @Override
        public boolean isInfoEnabled() {
            return true;
        }

        @Override
        public boolean isWarnEnabled() {
            return true;
        }

        @Override
        public boolean isErrorEnabled() {
            return true;
        }
    }
}
