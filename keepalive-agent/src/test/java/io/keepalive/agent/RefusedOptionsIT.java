package io.keepalive.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.agent.programs.Sandboxed;
import io.keepalive.testing.RefusedOptions.Errno;
import io.keepalive.testing.RefusedOptions.Option;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** Programs to which the kernel refuses an option or two: the agent applies the others. */
@EnabledIf("io.keepalive.testing.RefusedOptions#isPossible")
class RefusedOptionsIT {
    private static final String SETTINGS =
            "from * exclude; precedence=enforce; idle=120s,interval=30s,count=8,user-timeout=345s";

    @Test
    void kernelRefusesOneOptionOrTwo_othersAreApplied_andTheReportNamesThem() throws Exception {
        try (Program program = Program.start(List.of(Program.agent(SETTINGS)), Sandboxed.class)) {
            assertThat(program.awaitExit()).isZero();

            assertThat(program.output()).containsExactly("connections 450");
            program.errors().forEach(System.out::println);
            for (Option option : Option.ofPolicy()) {
                assertThat(program.errors())
                        .anyMatch(line -> line.matches(" +\\d+ x " + option + " .*APPLIED.*"))
                        .anyMatch(line -> line.matches(" +\\d+ x " + option + " .*UNSUPPORTED.*"))
                        .anyMatch(line -> line.matches(" +\\d+ x " + option + " .*OVERRIDDEN.*"))
                        .noneMatch(line -> line.matches(" +\\d+ x " + option + " .*REJECTED.*"));
            }
            assertThat(program.errors()).noneMatch(line -> line.contains("failures"));
        }
    }

    /** Also those which the JDK finds out once for all sockets. */
    @Test
    void kernelRefusesAnOptionFromTheStart_othersAreApplied() throws Exception {
        List<Program> programs = new ArrayList<>();
        try {
            Iterator<Errno> errors = List.of(Errno.values()).iterator();
            for (Option option : Option.ofPolicy()) {
                String errno = errors.next().name();
                programs.add(Program.start(
                        List.of(Program.agent(SETTINGS)), Sandboxed.class, "start", option.name(), errno));
            }
            for (Program program : programs) {
                assertThat(program.awaitExit()).as(program.errors().toString()).isZero();
                assertThat(program.output()).containsExactly("connections 1");
            }
        } finally {
            programs.forEach(Program::close);
        }
    }
}
