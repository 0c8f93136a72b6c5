package io.keepalive.netty;

import static io.keepalive.testing.ArchitectureRules.classesBeside;
import static io.keepalive.testing.ArchitectureRules.doesNotMake;
import static io.keepalive.testing.ArchitectureRules.independent;
import static io.keepalive.testing.ArchitectureRules.noPackageCycles;
import static io.keepalive.testing.ArchitectureRules.onlyEdgesReadClocks;
import static io.keepalive.testing.ArchitectureRules.publicClassesAreClosed;

import com.tngtech.archunit.core.domain.JavaClasses;
import org.junit.jupiter.api.Test;

/** docs/architecture.md, as far as a machine can check it. */
class ArchitectureTest {
    private static final String ROOT = "io.keepalive.netty";
    private static final JavaClasses NETTY = classesBeside(ChannelKeeper.class);

    @Test
    void packages_formNoCycle() {
        noPackageCycles("io.keepalive").check(NETTY);
        independent(ROOT, ROOT + ".heartbeat..").check(NETTY);
    }

    /** A loss is a decision: only core makes one; ChannelLoss gives Netty's exceptions to core's classifier. */
    @Test
    void adapter_decidesNothing() {
        doesNotMake(ROOT + ".heartbeat..", "io.keepalive.loss.ConnectionLoss").check(NETTY);
    }

    /** The event loop has the clock, so that tests can stop it. */
    @Test
    void heartbeats_readTheEventLoopsClockOnly() {
        onlyEdgesReadClocks(ROOT + ".heartbeat", "LoopClock").check(NETTY);
    }

    @Test
    void publicClasses_areClosedForInheritance() {
        publicClassesAreClosed(ROOT + "..").check(NETTY);
    }
}
