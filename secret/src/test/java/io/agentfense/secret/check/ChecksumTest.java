package io.agentfense.secret.check;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentfense.secret.text.Text;
import org.junit.jupiter.api.Test;

class ChecksumTest {
    private static Text text(String text) {
        return Text.of(text.getBytes(ISO_8859_1), text.length());
    }

    /** A token that was made public, and revoked, to show the checksum; in parts, so that it is not found here. */
    @Test
    void theChecksumOfGitHubIsThatOfAKnownToken() {
        assertThat(TokenChecksum.of("zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ")).isEqualTo("0mLq17");
    }

    /** BIP 173 lists these as valid and as not. */
    @Test
    void theChecksumOfBech32IsThatOfItsTestVectors() {
        for (String valid : new String[] {
            "A12UEL5L",
            "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw",
            "split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w"
        }) {
            assertThat(Bech32.fits(text(valid), 0, valid.length())).as(valid).isTrue();
            String wrong =
                    valid.substring(0, valid.length() - 1) + (valid.endsWith("l") || valid.endsWith("L") ? 'q' : 'l');
            assertThat(Bech32.fits(text(wrong), 0, wrong.length())).as(wrong).isFalse();
        }
    }

    /** The account of a key id that AWS documents with it. */
    @Test
    void theAccountOfAKeyIdIsOneOfTwelveDigits() {
        assertThat(AwsAccount.exists(text("ASIAQNZGKIQY56JQ7WML"), 0, 20)).isTrue();
        assertThat(AwsAccount.exists(text("AKIA7777777777777777"), 0, 20)).isFalse();
    }
}
