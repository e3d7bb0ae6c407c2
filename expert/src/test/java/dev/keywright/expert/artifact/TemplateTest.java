package dev.keywright.expert.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TemplateTest {

    @Test
    void fillsPlaceholdersAndLeavesOutLinesThatTurnOutEmpty() {
        Template template = new Template("t", "a ${x} b\n${nothing}\n\nend");

        assertThat(template.render(name -> name.equals("x") ? "1" : "")).isEqualTo("a 1 b\n\nend");
    }

    @Test
    void saysWhereAnUnknownOrUnclosedPlaceholderStands() {
        assertThatThrownBy(() -> new Template("lock/Main", "a\n${wrong}").render(name -> {
                    throw new IllegalArgumentException("there is no placeholder " + name);
                }))
                .hasMessage("lock/Main, line 2: there is no placeholder wrong");
        assertThatThrownBy(() -> new Template("lock/Main", "${open").render(name -> name))
                .hasMessage("lock/Main, line 1: a placeholder is not closed");
    }
}
