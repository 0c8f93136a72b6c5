package io.keepalive.cli.relay;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static io.keepalive.testing.ArchitectureRules.classesBeside;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardSocketOptions;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The relay runs on Windows and macOS, which it is not tested on: its classes use nothing that these lack. What a system
 * may lack is behind {@code SocketKeeper}, and in two classes that look before.
 */
class PortabilityTest {
    private static final String RELAY = "io.keepalive.cli.relay..";
    private static final JavaClasses CLASSES = classesBeside(RelayCommand.class);

    /** Files and devices of Linux, and classes that are looked for by their names. */
    private static final List<String> LINUX =
            List.of("/proc", "/sys/", "/dev/", "libc.so", "sun.misc.", "sun.nio.", "jdk.net.");

    @Test
    void classes_useNothingOfLinux() {
        noClasses()
                .that()
                .resideInAPackage(RELAY)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.keepalive.internal..",
                        "io.keepalive.cli.linux..",
                        "io.keepalive.lab..",
                        "java.lang.foreign..",
                        "jdk.net..",
                        "sun..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage(RELAY)
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.net.UnixDomainSocketAddress")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.nio.file.attribute.PosixFilePermission")
                .orShould()
                .accessField(StandardSocketOptions.class, "SO_REUSEPORT")
                .orShould()
                .callMethod(Runtime.class, "exec", String[].class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(ProcessBuilder.class)
                .check(CLASSES);
    }

    /** It asks whether the bean is one, and does without. */
    @Test
    void beanOfUnixes_isUsedInOnePlace() {
        noClasses()
                .that()
                .resideInAPackage(RELAY)
                .and()
                .doNotHaveSimpleName("Descriptors")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.sun.management..")
                .check(CLASSES);
    }

    /** What ArchUnit can't see: a file's name, a class that is loaded by its name. */
    @Test
    void constants_nameNothingOfLinux() throws Exception {
        int read = 0;
        for (JavaClass type : CLASSES) {
            if (type.getPackageName().startsWith("io.keepalive.cli.relay")) {
                String constants = bytes(type);
                read++;
                for (String word : LINUX) {
                    boolean isAllowed =
                            word.equals("sun.misc.") && type.getSimpleName().equals("Signals");
                    assertThat(!isAllowed && constants.contains(word))
                            .as(type.getName() + " names " + word)
                            .isFalse();
                }
            }
        }
        assertThat(read).isGreaterThan(30);
    }

    private static String bytes(JavaClass type) throws IOException {
        String file = "/" + type.getName().replace('.', '/') + ".class";
        try (InputStream in = RelayCommand.class.getResourceAsStream(file)) {
            return new String(java.util.Objects.requireNonNull(in, file).readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }
}
