package io.agentfense.audit.proof;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentfense.audit.proof.InclusionProofs.Proof;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A proof shows that a leaf is in a tree, and shows it of no other. */
class InclusionProofsTest {
    private static byte[] leaf(long index) {
        return ("record " + index).getBytes(UTF_8);
    }

    @Test
    void everyLeafOfEveryTreeIsProvenAndNoOther() {
        for (int size = 1; size <= 70; size++) {
            MerkleTree tree = new MerkleTree();
            InclusionProofs proofs = new InclusionProofs(0, List.of());
            for (int i = 0; i < size; i++) {
                tree.append(leaf(i));
                proofs.append(leaf(i), true);
            }
            List<Proof> made = proofs.finish();
            assertThat(made).hasSize(size);
            assertThat(proofs.root()).isEqualTo(tree.root());
            for (Proof proof : made) {
                byte[] own = leaf(proof.index());
                assertThat(InclusionProofs.holds(proof, own, size, tree.root())).isTrue();
                assertThat(InclusionProofs.holds(proof, leaf(proof.index() + 1), size, tree.root()))
                        .isFalse();
                assertThat(InclusionProofs.holds(proof, own, size + 64, tree.root()))
                        .isFalse();
                assertThat(InclusionProofs.holds(new Proof(proof.index() + 1, proof.path()), own, size, tree.root()))
                        .isFalse();
            }
        }
    }

    @Test
    void whatWasRemovedNeedNotBeThere() {
        for (int removed = 0; removed < 40; removed++) {
            MerkleTree tree = new MerkleTree();
            for (int i = 0; i < removed; i++) {
                tree.append(leaf(i));
            }
            InclusionProofs proofs = new InclusionProofs(tree.size(), tree.peaks());
            for (int i = removed; i < 41; i++) {
                tree.append(leaf(i));
                proofs.append(leaf(i), i % 3 == 0);
            }
            for (Proof proof : proofs.finish()) {
                assertThat(proof.index() % 3).isZero();
                assertThat(InclusionProofs.holds(proof, leaf(proof.index()), 41, tree.root()))
                        .isTrue();
            }
        }
    }
}
