package io.keepalive.testing;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/**
 * The rules of docs/architecture.md that a machine can check. Each module applies those that concern it to its own classes
 * in an {@code ArchitectureTest}.
 */
public final class ArchitectureRules {

    private ArchitectureRules() {}

    /** The classes of the module that a class belongs to, without those of others and of tests. */
    public static JavaClasses classesBeside(Class<?> one) {
        return new ClassFileImporter()
                .importUrl(one.getProtectionDomain().getCodeSource().getLocation());
    }

    /** No two packages below the root know each other, directly or through others. */
    public static ArchRule noPackageCycles(String rootPackage) {
        return slices().matching(rootPackage + ".(**)..").should().beFreeOfCycles();
    }

    /** A package depends on none of the named ones. */
    public static ArchRule independent(String lowerPackage, String... upperPackages) {
        return noClasses()
                .that()
                .resideInAPackage(lowerPackage)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(upperPackages)
                .because("dependencies point one way");
    }

    /**
     * Time is an argument everywhere but in the named classes, the edges.
     *
     * @param edges simple names of the top-level classes that may read a clock
     */
    public static ArchRule onlyEdgesReadClocks(String rootPackage, String... edges) {
        return noClasses()
                .that(areNoneOf(edges))
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(Clock.class, "systemUTC")
                .because("decisions take the time as an argument; docs/architecture.md names the edges of "
                        + rootPackage);
    }

    /** Nothing in the package creates threads, sockets or locks: decisions do no input or output. */
    public static ArchRule decidesOnly(String packagePattern, String... edges) {
        return noClasses()
                .that()
                .resideInAPackage(packagePattern)
                .and(areNoneOf(edges))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.nio.channels..", "java.net..", "java.util.concurrent.locks..")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Thread.class)
                .because("the core does no input or output");
    }

    /** Adapters carry bytes and timers; the classes that decide are made and driven, never subclassed or copied. */
    public static ArchRule doesNotMake(String packagePattern, String... deciders) {
        List<String> names = Arrays.asList(deciders);
        return noClasses()
                .that()
                .resideInAPackage(packagePattern)
                .should()
                .callConstructorWhere(DescribedPredicate.describe(
                        "makes one of " + names,
                        call -> names.contains(call.getTargetOwner().getName())))
                .because("core makes every decision, an adapter carries it out");
    }

    /** Nothing logs: what happened is returned, or handed to a listener. */
    public static ArchRule neverLogs() {
        return noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.slf4j..", "java.util.logging..")
                .because("core reports, its users log");
    }

    /** In a package that users see, a public class is final, abstract, sealed, an interface, a record or an enum. */
    public static ArchRule publicClassesAreClosed(String... packagePatterns) {
        return classes()
                .that()
                .resideInAnyPackage(packagePatterns)
                .and()
                .arePublic()
                .and()
                .areTopLevelClasses()
                .and()
                .areNotInterfaces()
                .should()
                .haveModifier(JavaModifier.FINAL)
                .orShould()
                .haveModifier(JavaModifier.ABSTRACT)
                .orShould()
                .beEnums()
                .because("what users can subclass has to stay so for ever");
    }

    /** No public method of a package that users see takes or returns a type of an unexported package. */
    public static ArchRule apiDoesNotShow(String apiPackage, String hiddenPackagePattern) {
        DescribedPredicate<JavaClass> hidden = JavaClass.Predicates.resideInAPackage(hiddenPackagePattern);
        return noMethods()
                .that()
                .areDeclaredInClassesThat()
                .resideInAPackage(apiPackage)
                .and()
                .areDeclaredInClassesThat()
                .arePublic()
                .and()
                .arePublic()
                .should()
                .haveRawReturnType(hidden)
                .orShould()
                .haveRawParameterTypes(DescribedPredicate.anyElementThat(hidden))
                .because("users can't name an unexported type");
    }

    private static DescribedPredicate<JavaClass> areNoneOf(String... simpleNames) {
        List<String> names = Arrays.asList(simpleNames);
        return DescribedPredicate.describe(
                "are none of " + names, type -> !names.contains(topLevel(type).getSimpleName()));
    }

    private static JavaClass topLevel(JavaClass type) {
        JavaClass outer = type;
        while (outer.getEnclosingClass().isPresent()) {
            outer = outer.getEnclosingClass().get();
        }
        return outer;
    }
}
