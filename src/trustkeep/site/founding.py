"""The first rows of a real installation: the company, and the administrator who does the rest."""

from __future__ import annotations

from dataclasses import dataclass

from trustkeep.kernel import clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Founding:
    """What somebody has to say before an installation can be used."""

    company: str
    domain: str
    languages: tuple[str, ...]
    time_zone: str
    dpo_name: str
    dpo_email: str
    security_email: str
    admin_name: str
    admin_email: str
    admin_password: str

    def enter(self) -> None:
        """Enter it; raises what the actions have against a name, an address or the password."""
        # Imported here: options are parsed, and refused, before Django is started.
        from trustkeep.accounts import actions
        from trustkeep.accounts.queries import CompanyProfile
        from trustkeep.accounts.roles import Role
        from trustkeep.identity import actions as identity
        from trustkeep.identity import directory

        now = clock.now()
        actions.found_company(
            profile=CompanyProfile(
                name=self.company,
                legal_name=self.company,
                domain=self.domain,
                languages=self.languages,
                default_language=self.languages[0],
                dpo_name=self.dpo_name,
                dpo_email=self.dpo_email,
                security_email=self.security_email,
                time_zone=self.time_zone,
            ),
            now=now,
        )
        administrator = directory.join(
            new=actions.NewPerson(
                name=self.admin_name,
                email=self.admin_email,
                joined_date=now.date(),
                roles=(Role.ADMINISTRATOR,),
            ),
            now=now,
        )
        identity.admit(person_id=administrator.id, password=self.admin_password, now=now)
