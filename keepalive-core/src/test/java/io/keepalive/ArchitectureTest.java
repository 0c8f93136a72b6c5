package io.keepalive;

import static io.keepalive.testing.ArchitectureRules.apiDoesNotShow;
import static io.keepalive.testing.ArchitectureRules.classesBeside;
import static io.keepalive.testing.ArchitectureRules.decidesOnly;
import static io.keepalive.testing.ArchitectureRules.independent;
import static io.keepalive.testing.ArchitectureRules.neverLogs;
import static io.keepalive.testing.ArchitectureRules.noPackageCycles;
import static io.keepalive.testing.ArchitectureRules.onlyEdgesReadClocks;
import static io.keepalive.testing.ArchitectureRules.publicClassesAreClosed;

import com.tngtech.archunit.core.domain.JavaClasses;
import org.junit.jupiter.api.Test;

/** docs/architecture.md, as far as a machine can check it; {@code ArchitectureRulesTest} proves that each rule can fail. */
class ArchitectureTest {
    private static final String ROOT = "io.keepalive";
    private static final JavaClasses CORE = classesBeside(KeepAlive.class);

    @Test
    void packages_formNoCycle() {
        noPackageCycles(ROOT).check(CORE);
    }

    @Test
    void policy_knowsNoSocketLossOrHeartbeat() {
        independent(ROOT, ROOT + ".socket..", ROOT + ".loss..", ROOT + ".heartbeat..", ROOT + ".internal.linux..")
                .check(CORE);
    }

    @Test
    void loss_knowsNoPolicySocketOrHeartbeat() {
        independent(ROOT + ".loss", ROOT, ROOT + ".socket..", ROOT + ".heartbeat..")
                .check(CORE);
    }

    @Test
    void socketsAndHeartbeats_doNotKnowEachOther() {
        independent(ROOT + ".socket", ROOT + ".heartbeat..").check(CORE);
        independent(ROOT + ".heartbeat..", ROOT + ".socket..").check(CORE);
    }

    @Test
    void engine_doesNotKnowTheWire() {
        independent(ROOT + ".heartbeat", ROOT + ".heartbeat.wire..").check(CORE);
    }

    @Test
    void linux_knowsNoPackageAboveIt() {
        independent(ROOT + ".internal.linux", ROOT, ROOT + ".socket..", ROOT + ".loss..", ROOT + ".heartbeat..")
                .check(CORE);
    }

    /** The timer and the write guard have threads of their own; connecting and its builder have a deadline; an end says when, on the wall clock. */
    @Test
    void clocks_areReadAtTheEdgesOnly() {
        onlyEdgesReadClocks(
                        ROOT,
                        "HeartbeatTimer",
                        "WriteTimeouts",
                        "PendingConnect",
                        "ClientSocketBuilder",
                        "ConnectionEnd")
                .check(CORE);
    }

    @Test
    void heartbeats_doNoInputOrOutput() {
        decidesOnly(ROOT + ".heartbeat..", "HeartbeatTimer", "HeartbeatWheel").check(CORE);
    }

    @Test
    void core_neverLogs() {
        neverLogs().check(CORE);
    }

    @Test
    void api_showsNoUnexportedType() {
        apiDoesNotShow(ROOT, ROOT + ".internal..").check(CORE);
        apiDoesNotShow(ROOT + ".socket", ROOT + ".internal..").check(CORE);
        apiDoesNotShow(ROOT + ".loss", ROOT + ".internal..").check(CORE);
        apiDoesNotShow(ROOT + ".heartbeat..", ROOT + ".internal..").check(CORE);
    }

    @Test
    void publicClasses_areClosedForInheritance() {
        publicClassesAreClosed(ROOT, ROOT + ".socket", ROOT + ".loss", ROOT + ".heartbeat..")
                .check(CORE);
    }
}
