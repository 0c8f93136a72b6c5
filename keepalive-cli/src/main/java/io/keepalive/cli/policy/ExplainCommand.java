package io.keepalive.cli.policy;

import io.keepalive.KeepAlive;
import io.keepalive.Middlebox;
import io.keepalive.cli.option.BoxConverter;
import io.keepalive.cli.option.DurationConverter;
import io.keepalive.cli.option.PolicyConverter;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code keepalive explain}. */
@Command(
        name = "explain",
        description = {
            "Draws the time line of a policy: when a silent connection is probed, when it is given up, and whether it"
                    + " outlives a box."
        },
        footerHeading = "%nExample:%n",
        footer = {
            "  keepalive explain outliving=4m --path azure-load-balancer",
            "  keepalive explain idle=120s,interval=30s,count=8"
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:explained", "1:the policy does not outlive the box", "2:wrong usage, or no such policy"},
        mixinStandardHelpOptions = true)
public final class ExplainCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(
            index = "0",
            paramLabel = "POLICY",
            description = "for example outliving=4m, defaults, or idle=120s,interval=30s,count=8",
            converter = PolicyConverter.class)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private KeepAlive policy;

    @ArgGroup
    private @Nullable Against against;

    /** At most one of the two. */
    static final class Against {
        @Option(
                names = "--path",
                paramLabel = "BOX",
                description = "a box of the catalogue: keepalive boxes",
                converter = BoxConverter.class)
        @Nullable
        Middlebox box;

        @Option(
                names = "--outlive",
                paramLabel = "TIME",
                description = "a box that forgets connections after this silence",
                converter = DurationConverter.class)
        @Nullable
        Duration idleTimeout;
    }

    /** Runs it. */
    @Override
    public Integer call() {
        spec.commandLine().getOut().print(text());
        spec.commandLine().getOut().flush();
        return outlives() ? 0 : 1;
    }

    private String text() {
        if (against == null) {
            return policy.explain();
        }
        if (against.box != null) {
            return policy.explain(against.box);
        }
        try {
            return policy.explain(idleTimeout());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--outlive: " + e.getMessage(), e);
        }
    }

    private Duration idleTimeout() {
        return against == null || against.idleTimeout == null ? Duration.ZERO : against.idleTimeout;
    }

    private boolean outlives() {
        if (against == null) {
            return true;
        }
        Middlebox box = against.box;
        return box == null
                ? policy.outlives(idleTimeout())
                : box.refreshedBy() == Middlebox.Refresh.ANY_SEGMENT && policy.outlives(box.idleTimeout());
    }
}
