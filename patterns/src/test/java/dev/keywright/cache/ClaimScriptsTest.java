package dev.keywright.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.script.Script;
import org.junit.jupiter.api.Test;

/** A script cannot call another one, so a part of it is written twice. */
class ClaimScriptsTest {

    @Test
    void claimBehindGoesOnAsClaimDoes() {
        String claim = Script.beside(PlainShelf.class, "claim.lua").source();
        String behind = Script.beside(PlainShelf.class, "claim-behind.lua").source();
        assertThat(behind).endsWith("-- from here on as claim.lua\n" + claim.substring(claim.indexOf("]]\n") + 3));
    }
}
