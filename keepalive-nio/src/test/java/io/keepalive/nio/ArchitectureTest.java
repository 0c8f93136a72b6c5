package io.keepalive.nio;

import static io.keepalive.testing.ArchitectureRules.classesBeside;
import static io.keepalive.testing.ArchitectureRules.doesNotMake;
import static io.keepalive.testing.ArchitectureRules.independent;
import static io.keepalive.testing.ArchitectureRules.noPackageCycles;
import static io.keepalive.testing.ArchitectureRules.publicClassesAreClosed;

import com.tngtech.archunit.core.domain.JavaClasses;
import org.junit.jupiter.api.Test;

/** docs/architecture.md, as far as a machine can check it. */
class ArchitectureTest {
    private static final String ROOT = "io.keepalive.nio";
    private static final JavaClasses NIO = classesBeside(HeartbeatLoop.class);

    @Test
    void packages_formNoCycle() {
        noPackageCycles("io.keepalive").check(NIO);
        independent(ROOT, ROOT + ".blocking..").check(NIO);
    }

    /** A loss is a decision: only core makes one. */
    @Test
    void adapter_decidesNothing() {
        doesNotMake(ROOT + "..", "io.keepalive.loss.ConnectionLoss").check(NIO);
    }

    @Test
    void publicClasses_areClosedForInheritance() {
        publicClassesAreClosed(ROOT + "..").check(NIO);
    }
}
