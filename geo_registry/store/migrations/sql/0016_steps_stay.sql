-- Steps and papers of a proposal, as those of a case, are never changed; a log of acts cannot be
-- taken back. The sample's may go with it: what a sample proposal holds, while it is marked so.

CREATE FUNCTION registry.refuse_changed_dossier() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND EXISTS (
    SELECT FROM registry.proposal WHERE id = OLD.proposal_id AND sample
  ) THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'steps and papers of a proposal are append-only'
    USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON registry.proposal_step
  FOR EACH ROW EXECUTE FUNCTION registry.refuse_changed_dossier();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON registry.proposal_paper
  FOR EACH ROW EXECUTE FUNCTION registry.refuse_changed_dossier();
