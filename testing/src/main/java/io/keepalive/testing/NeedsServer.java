package io.keepalive.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Skips tests whose server program is missing here, and says so; with the environment variable
 * {@code KEEPALIVE_SERVERS=required} they fail instead.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@ExtendWith(NeedsServer.Condition.class)
public @interface NeedsServer {
    /** The server; the tests need {@code ss}, too. */
    ServerProgram value();

    /** See {@link NeedsServer}. */
    final class Condition implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            Optional<NeedsServer> needs = context.getElement().map(element -> element.getAnnotation(NeedsServer.class));
            if (needs.isEmpty()) {
                return ConditionEvaluationResult.enabled("judged for the class");
            }
            String missing = Stream.of(needs.get().value(), ServerProgram.SS)
                    .filter(program -> program.find().isEmpty())
                    .map(ServerProgram::name)
                    .collect(Collectors.joining(", "));
            if (missing.isEmpty()) {
                return ConditionEvaluationResult.enabled("the server is here");
            }
            String reason = missing + " missing here; scripts/install-test-servers installs what is needed";
            if ("required".equals(System.getenv("KEEPALIVE_SERVERS"))) {
                throw new IllegalStateException("KEEPALIVE_SERVERS=required, but " + reason);
            }
            // Build tools show the reason of a skipped test in a report at best.
            System.err.println("SKIPPED " + context.getDisplayName() + ": " + reason);
            return ConditionEvaluationResult.disabled(reason);
        }
    }
}
