package io.keepalive.lab.junit;

import io.keepalive.lab.NatLab;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Skips tests where no lab can run, and starts the labs of the others. Comes with {@link WithNatLab}.
 *
 * <p>Thread-safe.
 *
 * @since 0.1
 */
public final class NatLabExtension implements ExecutionCondition, ParameterResolver {
    private static final Namespace NAMESPACE = Namespace.create(NatLabExtension.class);

    private final Supplier<Optional<String>> missing;
    private final Supplier<Boolean> required;

    /** For JUnit. */
    public NatLabExtension() {
        this(NatLab::missing, NatLabExtension::isRequired);
    }

    NatLabExtension(Supplier<Optional<String>> missing, Supplier<Boolean> required) {
        this.missing = missing;
        this.required = required;
    }

    private static boolean isRequired() {
        return "required".equals(System.getProperty("keepalive.lab", System.getenv("KEEPALIVE_LAB")));
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        Optional<String> reason = missing.get();
        if (reason.isEmpty()) {
            return ConditionEvaluationResult.enabled("a NAT lab can run here");
        }
        if (required.get()) {
            throw new IllegalStateException("keepalive.lab=required, but no NAT lab can run here: " + reason.get());
        }
        // Build tools show the reason of a skipped test in a report at best.
        System.err.println("SKIPPED " + context.getDisplayName() + ": no NAT lab can run here: " + reason.get());
        return ConditionEvaluationResult.disabled(reason.get());
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == NatLab.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        ExtensionContext owner = context;
        Optional<WithNatLab> annotation = annotationOf(owner);
        while (annotation.isEmpty()) {
            owner = owner.getParent()
                    .orElseThrow(() -> new IllegalStateException(
                            "@WithNatLab is neither on " + context.getDisplayName() + " nor on a class around it"));
            annotation = annotationOf(owner);
        }
        WithNatLab wanted = annotation.get();
        // The owner's store closes the lab at the owner's end. Its id in the key: look-ups go up to parents' stores.
        return owner.getStore(NAMESPACE).computeIfAbsent(owner.getUniqueId(), id -> start(wanted), NatLab.class);
    }

    private static Optional<WithNatLab> annotationOf(ExtensionContext context) {
        return context.getElement().flatMap(element -> AnnotationSupport.findAnnotation(element, WithNatLab.class));
    }

    private static NatLab start(WithNatLab wanted) {
        return NatLab.builder()
                .idleTimeout(Duration.ofSeconds(wanted.idleTimeoutSeconds()))
                .onExpiry(wanted.onExpiry())
                .start();
    }
}
